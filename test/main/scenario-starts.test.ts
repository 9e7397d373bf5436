// @module-tag slow
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { StateCopy } from '../../core/contract/seed.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder, temporaryIn } from '../support/temp.ts'

beforeAll(buildDoors)

const json = (stdout: string): unknown => JSON.parse(stdout)
const reads = (payload: string) => `  - evaluate: Get\n    args: [k]\n    expect: { payload: ${payload} }\n`
const WRITES = '  - submit: Put\n    args: [k, of the scenario]\n'
/** Read, and leave something that the next one must not see. */
const scenario = (start: string, payload: string) =>
  `scenario: Starts at ${start}\nstart: ${start}\nsteps:\n${reads(payload)}${WRITES}`

async function write(folder: string, scenarios: Record<string, string>): Promise<void> {
  await mkdir(join(folder, 'scenarios/seeds'), { recursive: true })
  for (const [name, text] of Object.entries(scenarios)) await writeFile(join(folder, 'scenarios', name), text)
}

/** Names and whether they passed, with what differs. */
async function play(folder: string) {
  const temporary = await tempFolder()
  const { code, stdout } = await startSlipway(['test', folder, '--json'], temporaryIn(temporary)).ended
  expect((await readdir(temporary)).filter((name) => name.startsWith('slipway-'))).toEqual([])
  const all = stdout.trimEnd().split('\n').map(json) as {
    type: string
    name: string
    passed: unknown
    calls: unknown
  }[]
  const played = all.filter(({ type }) => type === 'scenario').map(({ name, passed }) => [name, passed])
  return [code, played.toSorted()]
}

/** What the author's own ledger holds. */
async function ledgerOf(folder: string) {
  const { stdout } = await slipway('export-state', folder)
  const [header, ...rows] = stdout.trimEnd().split('\n').map(json)
  return { height: (header as StateCopy).height, rows }
}

test('scenarios start on a copy of the ledger, at a checkpoint, or with a file of state', async () => {
  const folder = await fixture('javascript-contract')
  const put = async (value: string) => expect((await slipway('submit', folder, 'Put', 'k', value)).code).toBe(0)
  await put('seeded')
  await write(folder, {})
  const seed = join(folder, 'scenarios/seeds/k.jsonl')
  expect((await slipway('export-state', folder, '--out', seed)).code).toBe(0)
  await put('earlier')
  expect((await slipway('checkpoint', folder, 'earlier on')).code).toBe(0)
  await put('now')
  const before = await ledgerOf(folder)
  await write(folder, {
    'a.yaml': scenario('current', 'now'),
    'b.yaml': scenario('earlier on', 'earlier'),
    'c.yaml': scenario('current', 'now'),
    'd.yaml': scenario('earlier on', 'earlier'),
    'e.yaml': scenario('seeds/k.jsonl', 'seeded'),
    'f.yaml': `scenario: Empty\nsteps:\n  - evaluate: Get\n    args: [k]\n    expect: { error: does not exist }\n${WRITES}`,
    'g.yaml': scenario('seeds/k.jsonl', 'seeded'),
  })
  const passed = [0, ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, true])]
  expect(await play(folder)).toEqual(passed)
  expect(await ledgerOf(folder)).toEqual(before)

  // Then the peer that holds the ledger makes the copy.
  const running = startSlipway(['run', folder])
  await running.says('Ready:')
  await put('newer')
  const newer = await ledgerOf(folder)
  for (const name of ['a.yaml', 'c.yaml']) await write(folder, { [name]: scenario('current', 'newer') })
  expect(await play(folder)).toEqual(passed)
  expect(await ledgerOf(folder)).toEqual(newer)
  expect(newer.height).toBe(before.height + 1)
  running.child.kill('SIGTERM')
  await running.ended
})

test('where there is no ledger yet, the copy of it is empty', async () => {
  const folder = await fixture('javascript-contract')
  await write(folder, {
    'a.yaml':
      'scenario: A\nstart: current\nsteps:\n  - evaluate: Get\n    args: [k]\n    expect: { error: does not exist }\n',
  })
  expect(await play(folder)).toEqual([0, [['a', true]]])
  expect(await readdir(folder)).not.toContain('.slipway')
})

test('--watch plays them on a copy that it takes when it begins, and says where it took none', async () => {
  const folder = await fixture('javascript-contract')
  expect((await slipway('submit', folder, 'Put', 'k', 'now')).code).toBe(0)
  const before = await ledgerOf(folder)
  const empty = 'scenario: A\nsteps:\n  - evaluate: Version\n'
  const watch = () => {
    const watching = startSlipway(['test', folder, '--watch', '--json'])
    const summaries = () => watching.stdout().match(/"passed":\d+,"failed":\d+/g) ?? []
    return { watching, summaries }
  }
  const end = async ({ watching }: ReturnType<typeof watch>) => {
    watching.child.kill('SIGTERM')
    await watching.ended
  }

  await write(folder, { 'a.yaml': scenario('current', 'now') })
  const copied = watch()
  await eventually(copied.summaries).toEqual(['"passed":1,"failed":0'])
  // What the scenario wrote the first time is gone.
  await write(folder, { 'a.yaml': `${scenario('current', 'now')}  - evaluate: Version\n` })
  // A file that is written slowly may be played twice.
  await eventually(() => copied.summaries().length).toBeGreaterThan(1)
  const seen = copied.summaries().length
  await write(folder, { 'a.yaml': empty })
  await eventually(() => copied.summaries().length).toBeGreaterThan(seen)
  await end(copied)
  expect(new Set(copied.summaries())).toEqual(new Set(['"passed":1,"failed":0']))

  const without = watch()
  await eventually(without.summaries).toEqual(['"passed":1,"failed":0'])
  await write(folder, { 'a.yaml': scenario('current', 'now') })
  await without.watching.says('it has no copy of it')
  await end(without)
  expect(await ledgerOf(folder)).toEqual(before)
})
