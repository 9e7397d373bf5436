// @module-tag slow
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ReplayState } from '../../core/contract/replay.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { codeOf, edit, openFixture, openFolder, type Opened } from './author.ts'

/** Wait until a replay of this build has ended so. */
function replayed(chaincode: Opened, build: number, state: ReplayState['state'] = 'done'): Promise<ReplayState> {
  return chaincode.eventually(`its replay on build ${build} is ${state}`, ({ replay }) =>
    replay?.build === build && replay.state === state ? replay : undefined,
  )
}

async function pin(peer: TestPeer, kind: 'submit' | 'evaluate', chaincode: string, fn: string, ...args: string[]) {
  const { callId } = await peer.api[kind]({ chaincode, function: fn, args })
  await peer.api.pinCall({ id: callId, pinned: true })
  return callId
}

const SCENARIO = `# kept
scenario: Put and get
identities: { alice: { attrs: { color: blue } } }
steps:
  - submit: Put
    args: [s, v]
    expect: { payload: ok }
  - evaluate: Get
    args: [s]
    expect: { payload: v }
  - evaluate: WhoAmI
    as: alice
    expect: { payload: { color: blue } }
`

test('pinned calls run again after each save, on a copy of the ledger, and what changed is told', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'javascript-contract')
  const { name } = chaincode
  const heights = () => JSON.stringify(peer.state().channels)
  await chaincode.submit('Put', 'before', 'x')
  const put = await pin(peer, 'submit', name, 'Put', 'k', 'v1')
  const get = await pin(peer, 'evaluate', name, 'Get', 'k')
  await pin(peer, 'submit', name, 'Increment', 'n', '0')
  await pin(peer, 'submit', name, 'Increment', 'n', '0')
  const height = heights()
  const first = await chaincode.eventually('all four were replayed', ({ replay }) =>
    replay?.state === 'done' && replay.rows.length === 4 ? replay : undefined,
  )
  expect(first.rows.map(({ call, state, answer, changes }) => [call, state, answer, changes])).toEqual([
    [put, 'passed', 'ok', undefined],
    [get, 'passed', 'v1', undefined],
    [expect.any(Number), 'passed', '1', undefined],
    [expect.any(Number), 'passed', '2', undefined],
  ])

  await chaincode.edit('index.js', 'Buffer.from(value))', "Buffer.from(value + '!'))")
  const second = await replayed(chaincode, 2)
  expect(second.comparedWith).toBe(1)
  expect(second.rows.map(({ state, changes }) => [state, changes])).toEqual([
    ['passed', [{ at: 'writes.k', expected: '"v1"', got: '"v1!"' }]],
    ['passed', [{ at: 'payload', expected: '"v1"', got: '"v1!"' }]],
    ['passed', []],
    ['passed', []],
  ])
  const printed = await chaincode.eventually('what it printed is told', ({ replay }) => replay?.rows[0]?.printed)
  expect(printed).toContain('putting k')

  // A call that ends otherwise than it did fails; the others go on.
  await chaincode.edit('index.js', "return 'ok'", "throw new Error('no longer')")
  const third = await replayed(chaincode, 3)
  expect(third.rows.map(({ state }) => state)).toEqual(['failed', 'failed', 'passed', 'passed'])
  expect(third.rows[0]?.differences).toEqual([{ at: 'outcome', expected: '200 ok', got: '500 no longer' }])

  // The author's own ledger and list of calls have seen nothing of it.
  expect(heights()).toBe(height)
  expect((await peer.api.readCalls({ limit: 100 })).length).toBe(5)
  expect(
    (await peer.api.readState({ channel: 'mychannel', namespace: name, limit: 10 })).entries.map(({ key }) => key),
  ).toEqual(['before', 'k', 'n'])
})

test('a save in the middle stops a replay, and the newest build is replayed from its first call', async () => {
  // Longer than the test: no deadline ends the call that hangs.
  const peer = await testPeer({ chaincode: { executetimeout: 900_000 } })
  const chaincode = await openFixture(peer, 'javascript-contract')
  const { name, folder } = chaincode
  await mkdir(join(folder, 'scenarios'))
  const steps = "  - evaluate: Version\n  - submit: Increment\n    args: [n, '600000']\n"
  await writeFile(join(folder, 'scenarios/wait.yaml'), `scenario: Wait\nsteps:\n${steps}`)
  await peer.api.setReplay({ name, scenario: 'wait' })
  await chaincode.eventually(
    'its second call hangs',
    ({ replay }) => replay?.state === 'running' && replay.rows.length === 1,
  )
  await chaincode.edit('index.js', 'Number(wait)', '0')
  await chaincode.eventually('it is stopped', ({ replay }) => replay?.state === 'stopped')
  const { rows } = await replayed(chaincode, 2)
  expect(rows.map(({ state }) => state)).toEqual(['passed', 'passed'])
})

test('a scenario is replayed as it stands in its file, and again when that is saved; a broken one says what is wrong', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'javascript-contract')
  const { name, folder } = chaincode
  await mkdir(join(folder, 'scenarios'))
  const file = join(folder, 'scenarios/sell.yaml')
  await writeFile(file, SCENARIO)
  expect(await peer.api.readScenarios({ name })).toEqual([{ name: 'sell', title: 'Put and get' }])
  await peer.api.setReplay({ name, scenario: 'sell' })
  const first = await replayed(chaincode, 1)
  expect(first.rows.map(({ state, line }) => [state, line])).toEqual([
    ['passed', 5],
    ['passed', 8],
    ['passed', 11],
  ])
  // Its identity is nobody else's.
  const [organisation] = await peer.api.readIdentities({})
  expect(organisation?.identities.map((identity) => identity.name)).not.toContain('alice')

  await writeFile(file, 'scenario: [')
  await chaincode.eventually('it is broken', ({ replay }) => replay?.error?.code === 'CONFIG_SYNTAX')
  await writeFile(file, SCENARIO.replace('payload: v ', 'payload: w '))
  const wrong = await chaincode.eventually(
    'it fails',
    ({ replay }) => replay?.state === 'done' && replay.rows.length === 3 && replay,
  )
  expect(wrong.rows.map(({ state }) => state)).toEqual(['passed', 'failed', 'skipped'])
  expect(wrong.rows[1]?.differences).toEqual([{ at: 'payload', expected: '"w"', got: '"v"' }])

  // One that is written over is no scenario any more.
  await writeFile(file, 'scenario: Sell\n')
  const [call] = await peer.api.readCalls({ limit: 1 })
  expect(call).toBeUndefined()
  await chaincode.submit('Put', 'r', '{"n":9007199254740993}')
  const [made] = await peer.api.readCalls({ limit: 1 })
  expect(await codeOf(peer.api.recordCall({ id: made?.id ?? 0, scenario: 'sell' }))).toBe('CONFIG_INVALID')
  await writeFile(file, SCENARIO)
  await peer.api.recordCall({ id: made?.id ?? 0, scenario: 'sell' })
  const text = await readFile(file, 'utf8')
  expect(text.startsWith('# kept\n')).toBe(true)
  expect(text).toContain('9007199254740993')
  expect((await replayedRows(chaincode, 4)).every(({ state }) => state === 'passed')).toBe(true)
  await peer.api.recordCall({ id: made?.id ?? 0, scenario: 'new/one' })
  expect((await peer.api.readScenarios({ name })).map((each) => each.name)).toEqual(['new/one', 'sell'])
  expect(await codeOf(peer.api.recordCall({ id: made?.id ?? 0, scenario: '../x' }))).toBe('SCENARIO_UNWRITABLE')
  // Two of one name are one to choose, which says then what is wrong.
  await writeFile(join(folder, 'scenarios/sell.yml'), SCENARIO)
  expect((await peer.api.readScenarios({ name })).map((each) => each.name)).toEqual(['new/one', 'sell'])
  await chaincode.eventually('it says so', ({ replay }) => replay?.error?.code === 'SCENARIO_DUPLICATE')
})

async function replayedRows(chaincode: Opened, count: number) {
  const replay = await chaincode.eventually(
    `${count} calls were replayed`,
    ({ replay: state }) => state?.state === 'done' && state.rows.length === count && state,
  )
  return replay.rows
}

test('a scenario that starts with a file of state is replayed on what that holds alone', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'javascript-contract')
  const { name, folder } = chaincode
  await mkdir(join(folder, 'scenarios/seeds'), { recursive: true })
  await chaincode.submit('Put', 'k', 'seeded')
  const file = join(folder, 'scenarios/seeds/k.jsonl')
  await peer.api.exportState({ channel: chaincode.state().channel, file })
  await chaincode.submit('Put', 'k', 'newer')
  await chaincode.submit('Put', 'other', 'newer')
  const steps = `
  - evaluate: Get
    args: [k]
    expect: { payload: seeded }
  - evaluate: Get
    args: [other]
    expect: { error: does not exist }
`
  await writeFile(join(folder, 'scenarios/a.yaml'), `scenario: A\nstart: seeds/k.jsonl\nsteps:${steps}`)
  await peer.api.setReplay({ name, scenario: 'a' })
  expect((await replayed(chaincode, 1)).rows.map(({ state }) => state)).toEqual(['passed', 'passed'])
  await writeFile(join(folder, 'scenarios/a.yaml'), `scenario: A\nstart: seeds/no.jsonl\nsteps:${steps}`)
  await chaincode.eventually('there is no such file', ({ replay }) => replay?.error?.code === 'STATE_FILE_READ')
})

test('a copy has the chaincode’s CouchDB indexes: a query that sorts is answered as on the ledger', async () => {
  const folder = await fixture('javascript-contract')
  const indexes = join(folder, 'META-INF/statedb/couchdb/indexes')
  await mkdir(indexes, { recursive: true })
  await writeFile(join(indexes, 'by-n.json'), '{ "index": { "fields": ["n"] }, "ddoc": "by-n", "name": "by-n" }')
  const sorted = `async Sorted(ctx) {
    const query = { selector: { n: { $gt: 0 } }, sort: [{ n: 'asc' }] }
    const keys = []
    for await (const { key } of ctx.stub.getQueryResult(JSON.stringify(query))) keys.push(key)
    return keys.join()
  }`
  await edit(join(folder, 'index.js'), 'async Nothing() {}', sorted)
  const peer = await testPeer()
  const chaincode = await openFolder(peer, { folder })
  await chaincode.build(1, 'serving')
  await chaincode.submit('Put', 'a', '{"n":2}')
  await chaincode.submit('Put', 'b', '{"n":1}')
  expect(await chaincode.evaluate('Sorted')).toBe('b,a')
  await pin(peer, 'evaluate', chaincode.name, 'Sorted')
  expect((await replayedRows(chaincode, 1)).map(({ state, answer }) => [state, answer])).toEqual([['passed', 'b,a']])
})

test('what calls printed is told of each of them, and long lines are cut', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'javascript-contract')
  const keys = ['a', 'b', 'x'.repeat(600)]
  for (const key of keys) await pin(peer, 'submit', chaincode.name, 'Put', key, 'v')
  await pin(peer, 'evaluate', chaincode.name, 'Version')
  const rows = await chaincode.eventually('the lines of all were told', ({ replay }) =>
    replay?.rows.length === 4 && replay.rows[2]?.printed !== undefined ? replay.rows : undefined,
  )
  const cut = `putting ${'x'.repeat(492)}…`
  // A line may also be told of a call that ended just before it came.
  for (const [i, line] of ['putting a', 'putting b', cut].entries()) expect(rows[i]?.printed).toContain(line)
})

test('pinned calls on another channel are left out: a copy goes back on the chaincode’s own', async () => {
  const folder = await fixture('javascript-contract')
  await writeFile(join(folder, 'slipway.yaml'), 'channels: [other]\n')
  const peer = await testPeer()
  const chaincode = await openFolder(peer, { folder })
  await chaincode.build(1, 'serving')
  const { name } = chaincode
  await pin(peer, 'submit', name, 'Put', 'k', 'mine')
  const elsewhere = { chaincode: name, channel: 'other', function: 'Increment', args: ['n', '0'] }
  const { callId } = await peer.api.submit(elsewhere)
  await peer.api.pinCall({ id: callId, pinned: true })
  await pin(peer, 'evaluate', name, 'Get', 'k')
  const rows = await replayedRows(chaincode, 2)
  expect(rows.map((row) => [row.function, row.answer])).toEqual([
    ['Put', 'ok'],
    ['Get', 'mine'],
  ])
  expect(chaincode.state().replay?.elsewhere).toBe(1)
})

test('a chaincode that ends in the middle of a replay fails that call, and the rest is skipped', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'misbehaving')
  await pin(peer, 'evaluate', chaincode.name, 'version')
  await pin(peer, 'submit', chaincode.name, 'put', 'k', 'v')
  await pin(peer, 'evaluate', chaincode.name, 'version')
  await replayedRows(chaincode, 3)
  await chaincode.edit(
    'index.js',
    'put: async (stub, key, value) => {',
    'put: async (stub, key, value) => {\n    process.exit(3)',
  )
  const rows = (await replayed(chaincode, 2)).rows
  expect(rows.map(({ state }) => state)).toEqual(['passed', 'failed', 'skipped'])
  // It is launched again by the next call, and that is no new build to replay.
  const { id } = chaincode.state().replay ?? {}
  await chaincode.evaluate('version')
  await chaincode.ready()
  expect(chaincode.state().replay?.id).toBe(id)
})
