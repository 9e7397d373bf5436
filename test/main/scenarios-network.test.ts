// @module-tag slow
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ScenarioDocument } from '../../main/cli/terminal/documents.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { memberOf, nameNetworks, playNetwork, profileOf } from '../support/network.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const errorCode = (stdout: string) => (JSON.parse(stdout) as { error: { code: string } }).error.code

const WRITES = `
scenario: Writes there
start: current
steps:
  - submit: Put
    args: [k, { n: 9007199254740993 }]
    expect:
      payload: ok
      event: absent
      writes: { k: { n: 9007199254740993 }, secrets/k: 7 }
      endorsers: [Org1MSP]
      printed: nothing that anybody printed
    save: { tx: txId }
  - evaluate: Get
    args: [k]
    expect: { payload: { n: 9007199254740993 }, reads: [no such key], writes: { no: such } }
  - submit: Put
    args: ['\${tx}', w]
    expect: { writes: { '\${tx}': w } }
  - evaluate: Get
    args: [nothing]
    expect: { error: does not exist }
`
const READS = `
scenario: Reads there
steps:
  - evaluate: Get
    args: [k]
    expect: { payload: { n: 9007199254740993 } }
  - evaluate: Get
    args: [k]
    expect: { payload: { n: 9007199254740992 } }
`

test('scenarios are played on a network, and what it doesn’t tell is said to be not compared', async () => {
  const [network, folder] = await Promise.all([
    playNetwork('javascript-contract', { organisations: ['Org1MSP'] }),
    fixture('javascript-contract', 'bare'),
  ])
  const [profile, identity] = [await profileOf(network, folder), memberOf(network)]
  await nameNetworks(folder, { test: { profile, identity, allowSubmit: true }, shared: { profile, identity } })
  await mkdir(join(folder, 'scenarios'))
  const write = (text: string) => writeFile(join(folder, 'scenarios/a.yaml'), text)
  await write(WRITES)
  await writeFile(join(folder, 'scenarios/b.yaml'), READS)
  const play = (name: string, on: string, ...more: string[]) =>
    slipway('test', folder, name, '--network', on, '--trust', ...more)

  // Where nothing may be written, nothing is called either.
  const refused = await play('a', 'shared')
  expect([refused.code, errorCode(refused.stdout)]).toEqual([2, 'NETWORK_READ_ONLY'])

  const report = join(await tempFolder('report'), 'junit.xml')
  const written = await play('a', 'test', '--json', '--junit', report)
  const [outcome] = written.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ScenarioDocument)
  expect(outcome?.calls.flatMap(({ differences }) => differences)).toEqual([])
  expect([written.code, outcome?.network, outcome?.passed]).toEqual([0, 'test', true])
  expect(outcome?.calls.map(({ notCompared }) => notCompared)).toEqual([
    ['printed', 'writes.secrets/k'],
    ['reads', 'writes'],
    undefined,
    undefined,
  ])
  expect(written.stderr).toMatch(/a\.yaml:5 .*printed, writes\.secrets\/k/)
  expect(await readFile(report, 'utf8')).toContain('tell: printed')

  // That an evaluate differs is seen, on a network that may only be read as well.
  const read = await play('b', 'shared', '--json')
  const [other] = read.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ScenarioDocument)
  expect([read.code, other?.calls.map(({ state }) => state)]).toEqual([1, ['passed', 'failed']])

  for (const text of [
    WRITES.replace('current', 'empty'),
    WRITES.replace('current', 'a checkpoint'),
    WRITES.replace('start: current', 'identities: { alice: {} }'),
    WRITES.replace('    args: [nothing]', '    args: [nothing]\n    as: User1'),
    'scenario: A\nsteps:\n  - together:\n      - submit: Put\n        args: [k, v]\n',
  ]) {
    await write(text)
    const ended = await play('a', 'test')
    expect([ended.code, errorCode(ended.stdout)]).toEqual([2, 'SCENARIO_NETWORK'])
  }
  for (const flag of ['--watch', '--update', '--mode=dev', '--data-dir=x', '--record=x']) {
    expect(errorCode((await play('b', 'shared', flag)).stdout)).toBe('USAGE')
  }
  expect(errorCode((await play('b', 'nowhere')).stdout)).toBe('NETWORK_UNKNOWN')
  expect(existsSync(join(folder, '.slipway'))).toBe(false)

  // A network that is gone fails its call.
  network.run.child.kill('SIGTERM')
  await network.run.ended
  const gone = await play('b', 'shared', '--json')
  const [failed] = gone.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ScenarioDocument)
  expect([gone.code, failed?.calls[0]?.error?.code]).toEqual([1, 'NETWORK_UNREACHABLE'])
})
