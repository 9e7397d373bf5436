import { describe, expect, test } from 'vitest'
import { parseSlipwayYaml } from '../../../core/project/slipway-yaml.ts'
import { mistakesOf, refusalOf } from '../../support/config-mistakes.ts'

const FILE = '/chaincode/slipway.yaml'

const refusal = (text: string) => refusalOf(() => parseSlipwayYaml(FILE, text))
const mistakesIn = (text: string) => mistakesOf(refusal(text))

describe('parseSlipwayYaml', () => {
  test('the line of Fabric is one of two, and 2.5 has no V3_0', () => {
    const { peer } = parseSlipwayYaml(FILE, "peer: { version: '2.5', capabilities: { application: V2_0 } }")
    expect(peer).toMatchObject({ version: '2.5', capabilities: { application: 'V2_0' } })
    expect(refusal('peer: { version: 2.5 }').parts.what).toContain('`peer.version` must be a string: put it in quotes')
    expect(mistakesIn("peer: { version: '2.4', chaincode: { logging: { level: loud } } }")).toEqual([
      '1:18 peer.version',
      '1:56 peer.chaincode.logging.level',
    ])
    expect(mistakesIn("peer: { version: '2.5', capabilities: { channel: V3_0 } }")).toEqual([
      '1:50 peer.capabilities.channel',
    ])
  })

  test('TLS is on, or on with client certificates, as core.yaml says it', () => {
    expect(parseSlipwayYaml(FILE, 'peer: { tls: true }').peer).toMatchObject({ tls: true })
    const { peer } = parseSlipwayYaml(FILE, 'peer: { tls: { enabled: true, clientAuthRequired: true } }')
    expect(peer).toMatchObject({ tls: true, clientAuthRequired: true })
    expect(mistakesIn('peer: { tls: mutual }')).toHaveLength(1)
    expect(mistakesIn('peer: { tls: { clientAuth: true } }')).toHaveLength(1)
  })

  test('a network is reached by a profile or at an address, as somebody', () => {
    const good =
      'networks: { test: { profile: a.json, identity: msp }, b: { peer: "h:1", identity: { cert: c, key: k } } }'
    expect(Object.keys(parseSlipwayYaml(FILE, good).networks ?? {})).toEqual(['test', 'b'])
    expect(mistakesIn('networks: { test: { profile: a.json } }')).toEqual(['1:19 networks.test'])
    expect(mistakesIn('networks: { test: { identity: msp } }')).toEqual(['1:19 networks.test'])
    expect(mistakesIn('networks: { test: { identity: msp, profile: a, peer: "h:1" } }')).toEqual([
      '1:36 networks.test.profile',
    ])
    expect(mistakesIn('networks: { test: { identity: { cert: c }, profile: a, serverName: x } }')).toEqual([
      '1:31 networks.test.identity',
      '1:56 networks.test.serverName',
    ])
    const { parts } = refusal('networks: { test: { profile: a, identity: msp, alowSubmit: true } }')
    expect(parts.what).toContain('did you mean `allowSubmit`?')
  })

  test('reports every mistake, with its place', () => {
    const text = [
      'vershun: "1"',
      'name: a b',
      'mode: fast',
      'env: { LEVEL: 5, 1: 2 }',
      'ignore:',
      '  - docs/**',
      '  - docs/{a',
      '  - 7',
      'peer:',
      '  buildtimeout: 30',
      '  organisations: [Org1MSP, Org1MSP]',
      '  vm: { docker: { hostConfig: { LogConfig: {}, Privileged: true } } }',
      '',
    ].join('\n')
    expect(mistakesIn(text)).toEqual([
      '1:1 vershun',
      '2:7 name',
      '3:7 mode',
      '4:15 env.LEVEL',
      '4:21 env.1',
      '7:5 ignore[1]',
      '8:5 ignore[2]',
      '10:17 peer.buildtimeout',
      '11:18 peer.organisations',
      '12:44 peer.vm.docker.hostConfig.LogConfig',
      '12:48 peer.vm.docker.hostConfig.Privileged',
    ])
    const { what, why } = refusal(text).parts
    expect(what).toBe(`${FILE} has 11 mistakes.`)
    expect(why.split('\n')).toHaveLength(11)
    expect(why).toContain("1:1: `vershun` isn't known here; did you mean `version`?\n")
    expect(why).toContain('4:15: `env.LEVEL` must be a string: put it in quotes.\n')
    expect(why).toContain("7:5: `ignore[1]` isn't a valid pattern: it has `{` without `}`")
    expect(why).toContain('10:17: `peer.buildtimeout` must be a duration like 30s, 1m30s or 500ms.\n')
    expect(why).toContain('12:44: `peer.vm.docker.hostConfig.LogConfig` needs the key `Type`.\n')
  })

  test('reports those of several chaincodes', () => {
    const text = 'build: make\nchaincodes:\n  - folder: a\n    watch: ["[a"]\n  - folder: 1\n    lang: go\n'
    expect(mistakesIn(text)).toEqual([
      '2:1 chaincodes',
      '4:13 chaincodes[0].watch[0]',
      '5:13 chaincodes[1].folder',
      '6:5 chaincodes[1].lang',
    ])
  })

  test('reports a single mistake in one sentence', () => {
    const { what } = refusal("ignore: ['docs/{a']\n").parts
    expect(what).toBe(
      `${FILE}:1:10: \`ignore[0]\` isn't a valid pattern: it has \`{\` without \`}\`; write \`\\{\` for the character itself.`,
    )
  })

  test('lists the known keys once, and no more than 20 mistakes', () => {
    const { what, why } = refusal(Array.from({ length: 30 }, (_, at) => `unknown-${at}: 1\n`).join('')).parts
    expect(what).toBe(`${FILE} has 30 mistakes.`)
    expect(why.split('\n')).toHaveLength(21)
    expect(why.split('known keys are')).toHaveLength(2)
    expect(why).toMatch(/… and 10 more\.$/)
  })

  test.each([
    ['an alias in its own anchor', 'env: &a { x: *a }\n', { line: 1, column: 1 }],
    ['too many levels', `a: ${'['.repeat(20_000)}`, { line: 1 }],
    ['too long a text', `# ${'x'.repeat(2 ** 20)}\n`, { line: 1, column: 1 }],
    ['an alias without an anchor', 'name: a\nbuild: *b\n', { line: 2, column: 8 }],
    ['aliases that multiply', `${bomb()}name: *a3\n`, { line: 1 }],
  ])('refuses %s as bad syntax', (_what, text, place) => {
    expect(refusal(text)).toMatchObject({ code: 'CONFIG_SYNTAX', details: place })
  })

  test('finds a mistake that came through an alias', () => {
    expect(mistakesIn('watch: &all [src, "{a"]\nignore: *all\n')).toEqual(['1:19 watch[1]', '1:19 ignore[1]'])
  })
})

function bomb(): string {
  const levels = [1, 2, 3].map(
    (at) => `a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join(', ')}]\n`,
  )
  return `a0: &a0 [x, x]\n${levels.join('')}`
}
