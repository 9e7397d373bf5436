// @module-tag slow
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ScenarioDocument, SummaryDocument } from '../../main/cli/terminal/documents.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder, temporaryIn } from '../support/temp.ts'

beforeAll(buildDoors)

/** A folder with these scenarios, by name. */
async function chaincode(scenarios: Record<string, string>): Promise<string> {
  const folder = await fixture('javascript-contract')
  await mkdir(join(folder, 'scenarios'), { recursive: true })
  for (const [name, text] of Object.entries(scenarios)) await writeFile(join(folder, 'scenarios', name), text)
  return folder
}

function documents(stdout: string): { scenarios: ScenarioDocument[]; summary: SummaryDocument } {
  const all = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ScenarioDocument | SummaryDocument)
  const summary = all.find((each) => each.type === 'summary')
  if (summary === undefined) throw new Error(`no summary in ${stdout}`)
  return { scenarios: all.filter((each) => each.type === 'scenario'), summary }
}

const errorCode = (stdout: string) => (JSON.parse(stdout) as { error: { code: string } }).error.code

const EVERYTHING = `
scenario: Everything that can be expected
identities:
  alice: { org: Org1MSP, attrs: { color: blue } }
steps:
  - submit: Put
    args: [k, { n: 9007199254740993, price: 1.10 }]
    expect:
      status: 200
      payload: ok
      event: absent
      writes: { k: { n: 9007199254740993, price: 1.1 } }
      validationCode: VALID
      endorsers: [Org1MSP]
      printed: putting k
    save: { answer: payload, tx: txId }
  - evaluate: Get
    args: [k]
    expect: { payload: { exactly: { price: 1.10, n: 9007199254740993 } }, reads: [k], writes: absent }
  - submit: Put
    args: ['\${tx}', 'the answer was \${answer}']
    expect: { writes: { '\${tx}': the answer was ok } }
  - evaluate: Get
    args: [nothing]
    expect: { error: does not exist }
  - evaluate: WhoAmI
    as: alice
    expect: { payload: { mspId: Org1MSP, color: blue, id: { matches: CN=alice } } }
  - evaluate: Transient
    args: [secret]
    transient: { secret: [1, 2] }
    expect: { payload: [1, 2] }
`

const TOGETHER = `
scenario: One of two wins
steps:
  - together:
      - submit: Increment
        args: [n, 0]
      - submit: Increment
        args: [n, 0]
        expect: { validationCode: MVCC_READ_CONFLICT }
      - submit: Get
        args: [nothing]
        expect: { error: does not exist }
      - submit: Put
        args: [m, x]
  - evaluate: Get
    args: [n]
    expect: { payload: 1 }
`

test('scenarios are played side by side, each on a ledger that only it has seen', async () => {
  const temporary = await tempFolder()
  const folder = await chaincode({ 'a.yaml': EVERYTHING, 'b.yml': TOGETHER, 'notes.txt': 'no scenario' })
  const { code, stdout, stderr } = await startSlipway(['test', folder, '--json'], temporaryIn(temporary)).ended
  const { scenarios, summary } = documents(stdout)
  expect(scenarios.flatMap(({ calls }) => calls.flatMap((call) => call.differences))).toEqual([])
  expect([code, summary.passed, summary.failed]).toEqual([0, 2, 0])
  expect(scenarios.map(({ name }) => name).sort()).toEqual(['a', 'b'])
  expect(summary.uncalled).toEqual(['Version', 'Json', 'Nothing', 'Print'])
  expect(stderr).toMatch(/^2 passed, 0 failed/m)
  // Neither the author's ledger was used nor anything left behind.
  expect(await readdir(folder)).not.toContain('.slipway')
  expect((await readdir(temporary)).filter((name) => name.startsWith('slipway-'))).toEqual([])
})

test('what its author defines by hand is defined on the ledger of a scenario, since nobody does it there', async () => {
  const folder = await chaincode({ 'a.yaml': TOGETHER })
  await writeFile(join(folder, 'slipway.yaml'), 'define: false\n')
  const { code, stdout } = await slipway('test', folder, '--json')
  const { scenarios } = documents(stdout)
  expect(scenarios.flatMap(({ calls }) => calls.flatMap((call) => call.differences))).toEqual([])
  expect([code, scenarios[0]?.passed]).toEqual([0, true])
})

test('what differs is told with its place, and the calls after it are skipped', async () => {
  const wrong = `
scenario: Wrong
steps:
  - submit: Put
    args: [k, v]
    expect: { payload: no, writes: { k: w, l: absent }, event: Created, printed: nothing of the kind }
  - evaluate: Get
    args: [k]
`
  const folder = await chaincode({ 'wrong.yaml': wrong, 'right.yaml': TOGETHER })
  const report = join(await tempFolder('report'), 'junit.xml')
  const { code, stdout } = await slipway('test', folder, 'wrong', '--json', '--junit', report)
  const { scenarios, summary } = documents(stdout)
  expect([code, summary.failed, scenarios.length]).toEqual([1, 1, 1])
  expect(scenarios[0]?.calls).toMatchObject([
    {
      line: 4,
      state: 'failed',
      differences: [{ at: 'payload' }, { at: 'event' }, { at: 'writes.k' }, { at: 'printed' }],
      printed: ['putting k'],
    },
    { line: 7, state: 'skipped', differences: [] },
  ])
  const xml = await readFile(report, 'utf8')
  expect(xml).toMatch(/<testsuite name="Wrong"[^>]* tests="2" failures="1" skipped="1"/)
  expect(xml).toContain('<failure message="payload: expected &quot;no&quot;, got &quot;ok&quot;">')
})

test('--update writes what was answered, and then it passes', async () => {
  const folder = await chaincode({
    'a.yaml':
      '# kept\nscenario: A\nsteps:\n  - submit: Put # kept too\n    args: [k, v]\n    expect: { payload: no }\n  - evaluate: Get\n    args: [k]\n',
  })
  expect((await slipway('test', folder)).code).toBe(1)
  const round = await slipway('test', folder, '--update', '--json')
  // Nothing differs any more from what the file expects.
  expect([round.code, documents(round.stdout).summary]).toMatchObject([0, { passed: 1, failed: 0 }])
  const text = await readFile(join(folder, 'scenarios/a.yaml'), 'utf8')
  expect(text).toMatch(/^# kept\n[^]*# kept too\n[^]*payload: ok[^]*payload: v/)
  expect((await slipway('test', folder)).code).toBe(0)
})

test('--update keeps the names of variables, and fails where something differs that it can’t write', async () => {
  const folder = await chaincode({
    'a.yaml':
      "scenario: A\nsteps:\n  - submit: Put\n    args: [k, v]\n    save: { tx: txId }\n  - submit: Put\n    args: ['${tx}', w]\n    expect: { writes: { '${tx}': no } }\n",
    'b.yaml': 'scenario: B\nsteps:\n  - submit: Put\n    args: [k, v]\n    save: { x: payload.nowhere }\n',
  })
  expect((await slipway('test', folder, 'a', '--update')).code).toBe(0)
  expect(await readFile(join(folder, 'scenarios/a.yaml'), 'utf8')).toMatch(/"\$\{tx\}": w/)
  expect((await slipway('test', folder, 'a')).code).toBe(0)
  expect((await slipway('test', folder, 'b', '--update')).code).toBe(1)
})

test('--watch issues the identities of a scenario again after one of them could not be', async () => {
  const scenario = (mspId: string) =>
    `scenario: A\nidentities: { a: { org: Org1MSP }, b: { org: ${mspId} } }\nsteps:\n  - evaluate: WhoAmI\n    as: a\n`
  const folder = await chaincode({ 'a.yaml': scenario('NoMSP') })
  const watching = startSlipway(['test', folder, '--watch', '--json'])
  await watching.says('NoMSP')
  await writeFile(join(folder, 'scenarios/a.yaml'), scenario('Org1MSP'))
  await eventually(() => watching.stdout()).toContain('"passed":1')
  watching.child.kill('SIGTERM')
  await watching.ended
})

test('--watch plays them again when the chaincode or a scenario is saved', async () => {
  const folder = await chaincode({
    'a.yaml': 'scenario: A\nsteps:\n  - evaluate: Version\n    expect: { payload: VERSION_MARK_1 }\n',
  })
  const watching = startSlipway(['test', folder, '--watch', '--json'])
  const rounds = () => {
    const lines = watching
      .stdout()
      .split('\n')
      .filter((line) => line.includes('"type":"summary"'))
    return lines.map((line) => (JSON.parse(line) as SummaryDocument).passed)
  }
  await eventually(rounds).toEqual([1])
  const source = join(folder, 'index.js')
  await writeFile(source, (await readFile(source, 'utf8')).replace('VERSION_MARK_1', 'VERSION_MARK_2'))
  await eventually(rounds).toEqual([1, 0])
  const file = join(folder, 'scenarios/a.yaml')
  await writeFile(file, 'scenario: [')
  await watching.says("isn't valid YAML")
  await writeFile(file, 'scenario: A\nsteps:\n  - evaluate: Version\n    expect: { payload: VERSION_MARK_2 }\n')
  await eventually(rounds).toEqual([1, 0, 1])
  watching.child.kill('SIGTERM')
  expect((await watching.ended).code).toBe(143)
})

describe('--record', () => {
  test('makes a scenario of the calls made so far, which passes', async () => {
    const folder = await chaincode({})
    await slipway('submit', folder, 'Put', 'k', '{"n":9007199254740993}', '--as', 'User1@Org1MSP')
    await slipway('evaluate', folder, 'Get', 'missing')
    await slipway('evaluate', folder, 'Transient', 'a', '--transient', 'a=b')
    expect((await slipway('test', folder, '--record', 'first/steps')).code).toBe(0)
    const file = join(folder, 'scenarios/first/steps.yaml')
    expect(await readFile(file, 'utf8')).toContain('9007199254740993')
    const { code, stdout } = await slipway('test', folder, 'first/steps', '--json')
    expect([code, documents(stdout).scenarios[0]?.calls.length]).toEqual([0, 3])
    // Never overwritten.
    const again = await slipway('test', folder, '--record', 'first/steps')
    expect([again.code, errorCode(again.stdout)]).toEqual([2, 'SCENARIO_UNWRITABLE'])
  })

  test('takes the calls of a running peer', async () => {
    const folder = await chaincode({})
    const running = startSlipway(['run', folder])
    await running.says('Ready:')
    expect((await slipway('submit', folder, 'Put', 'k', 'v')).code).toBe(0)
    expect((await slipway('test', folder, '--record', 'live')).code).toBe(0)
    expect(await readFile(join(folder, 'scenarios/live.yaml'), 'utf8')).toMatch(/submit: Put/)
    running.child.kill('SIGTERM')
    await running.ended
  })

  test.each([
    ['a name that leads elsewhere', '../elsewhere'],
    ['an empty name', ''],
    ['a name of a megabyte’s kind', 'x'.repeat(101)],
  ])('refuses %s', async (_what, name) => {
    const folder = await chaincode({})
    const { code, stdout } = await slipway('test', folder, '--record', name)
    expect([code, errorCode(stdout)]).toEqual([2, 'USAGE'])
  })
})

describe('the samples', () => {
  const passes = async (name: 'asset-transfer-typescript' | 'asset-transfer-go') => {
    const { code, stdout } = await slipway('test', await fixture(name), '--json')
    expect([code, documents(stdout).summary.failed]).toEqual([0, 0])
  }
  test('TypeScript', () => passes('asset-transfer-typescript'))
  needs('go').test('Go', () => passes('asset-transfer-go'))
})

test.each([
  ['no scenario at all', {}, [], 'SCENARIO_NONE'],
  ['one that is not there', { 'sell.yaml': TOGETHER }, ['sel'], 'SCENARIO_UNKNOWN'],
  ['two of one name', { 'sell.yaml': TOGETHER, 'sell.yml': TOGETHER }, [], 'SCENARIO_DUPLICATE'],
  ['a mistake', { 'sell.yaml': 'scenario: x\nsteps:\n  - submt: Put\n' }, [], 'CONFIG_INVALID'],
  ['a checkpoint that there isn’t', { 'sell.yaml': `start: before\n${TOGETHER}` }, [], 'SCENARIO_START'],
  ['a file of state that there isn’t', { 'sell.yaml': `start: no.jsonl\n${TOGETHER}` }, [], 'STATE_FILE_READ'],
  ['no YAML', { 'sell.yaml': '{' }, [], 'CONFIG_SYNTAX'],
  [
    'an unknown caller',
    { 'sell.yaml': 'scenario: x\nidentities: { a: { org: NoMSP } }\nsteps:\n  - submit: Put\n' },
    [],
    'ORGANISATION_UNKNOWN',
  ],
])('%s is an error with a code', async (_what, scenarios, names, code) => {
  const ended = await slipway('test', await chaincode(scenarios), ...names)
  expect([ended.code, errorCode(ended.stdout)]).toEqual([2, code])
})

test('a chaincode that ends in the middle fails its call, and the next scenario is played', async () => {
  const folder = await fixture('misbehaving')
  await mkdir(join(folder, 'scenarios'))
  const ends = 'scenario: Ends\nsteps:\n  - submit: exit\n    args: [3]\n'
  const fine = 'scenario: Fine\nsteps:\n  - evaluate: version\n'
  await writeFile(join(folder, 'scenarios/a.yaml'), ends)
  await writeFile(join(folder, 'scenarios/b.yaml'), fine)
  const { code, stdout } = await slipway('test', folder, '--json')
  const { scenarios } = documents(stdout)
  expect(code).toBe(1)
  expect(scenarios.map(({ name, passed }) => [name, passed]).sort()).toEqual([
    ['a', false],
    ['b', true],
  ])
  expect(scenarios.find(({ name }) => name === 'a')?.calls[0]?.error?.code).toMatch(/^CHAINCODE_(EXITED|STOPPED)$/)
})
