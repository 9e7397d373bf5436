// @module-tag slow
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../support/temp.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { codeOf, openFixture, openFolder, type Opened } from './author.ts'

async function writeScenario({ folder }: Pick<Opened, 'folder'>, steps: string): Promise<void> {
  await mkdir(join(folder, 'scenarios'), { recursive: true })
  await writeFile(join(folder, 'scenarios/a.yaml'), `scenario: A\nsteps:\n${steps}`)
}

async function pinNewest({ api }: TestPeer): Promise<void> {
  const [newest] = await api.readCalls({ limit: 1 })
  await api.pinCall({ id: newest?.id ?? 0, pinned: true })
}

test(
  'a scenario of 10,000 calls is replayed to its end, and a save in the middle ends it',
  { timeout: 600_000 },
  async () => {
    const peer = await testPeer()
    const chaincode = await openFixture(peer, 'misbehaving')
    const { name } = chaincode
    const CALLS = 10_000
    await writeScenario(chaincode, '  - evaluate: version\n'.repeat(CALLS))
    await peer.api.setReplay({ name, scenario: 'a' })
    await chaincode.eventually('some were replayed', ({ replay }) => (replay?.rows.length ?? 0) > 0)
    await chaincode.edit('index.js', 'hang: () =>', "other: () => 'x',\n  hang: () =>")
    // A machine with much to do takes minutes for it; each quarter has its own deadline.
    for (const quarter of [1, 2, 3]) {
      await chaincode.eventually(`${quarter} of 4 quarters are replayed on the newest build`, ({ replay }) =>
        replay?.build === 2 ? replay.rows.length >= (quarter * CALLS) / 4 : undefined,
      )
    }
    const done = await chaincode.eventually('all were replayed on the newest build', ({ replay }) =>
      replay?.build === 2 && replay.state === 'done' ? replay : undefined,
    )
    expect([done.total, done.rows.length]).toEqual([CALLS, CALLS])
    expect(done.rows.every(({ state }) => state === 'passed')).toBe(true)
  },
)

test('a pinned call that never answers ends as it did, and what comes after it is skipped', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'misbehaving')
  const { name } = chaincode
  await chaincode.evaluate('version')
  await pinNewest(peer)
  const hangs = peer.api.evaluate({ chaincode: name, function: 'hang', args: [], timeoutMs: 300 })
  expect(await codeOf(hangs)).toBe('EXECUTE_TIMEOUT')
  await pinNewest(peer)
  await chaincode.evaluate('version')
  await pinNewest(peer)
  const done = await chaincode.eventually('all three were replayed', ({ replay }) =>
    replay?.state === 'done' && replay.rows.length === 3 ? replay : undefined,
  )
  expect(done.rows.map(({ state }) => state)).toEqual(['passed', 'passed', 'skipped'])
  expect(done.rows[1]?.answer).toMatch(/^EXECUTE_TIMEOUT/)
})

test('a call of a scenario that never answers gives way to a save, and to the end of the peer', async () => {
  // Longer than the test: no deadline ends it.
  const peer = await testPeer({ chaincode: { executetimeout: 900_000 } })
  const chaincode = await openFixture(peer, 'misbehaving')
  const { name } = chaincode
  await writeScenario(chaincode, '  - evaluate: version\n  - evaluate: hang\n  - evaluate: version\n')
  await peer.api.setReplay({ name, scenario: 'a' })
  const hangsAfter = (build: number) =>
    chaincode.eventually('it hangs', ({ replay }) => replay?.build === build && replay.rows.length === 1)
  await hangsAfter(1)
  await chaincode.edit('index.js', 'hang: () => new Promise(() => {})', "hang: () => ''")
  const done = await chaincode.eventually('it answers', ({ replay }) => replay?.state === 'done' && replay)
  expect([done.build, done.rows.map(({ state }) => state)]).toEqual([2, ['passed', 'passed', 'passed']])
  await chaincode.edit('index.js', "hang: () => ''", 'hang: () => new Promise(() => {})')
  await hangsAfter(3)
  await peer.peer.close()
})

test('what is pinned and what was chosen are replayed after a restart too', async () => {
  const dataDir = join(await tempFolder('data'), '.slipway')
  const first = await testPeer({ dataDir })
  const { name, folder, submit } = await openFixture(first, 'misbehaving')
  await submit('put', 'k', 'v')
  await pinNewest(first)
  await first.peer.close()

  const second = await testPeer({ dataDir })
  const again = await openFolder(second, { folder })
  const pins = await again.eventually('pins are replayed', ({ replay }) => replay?.state === 'done' && replay)
  expect(pins.source).toEqual({ kind: 'pins' })
  expect(pins.rows.map(({ function: fn, state }) => [fn, state])).toEqual([['put', 'passed']])
  await writeScenario(again, '  - evaluate: version\n')
  await second.api.setReplay({ name, scenario: 'a' })
  await again.eventually(
    'it is replayed',
    ({ replay }) => replay?.source.kind === 'scenario' && replay.state === 'done',
  )
  await second.peer.close()

  const third = await testPeer({ dataDir })
  const last = await openFolder(third, { folder })
  const scenario = await last.eventually('it is replayed', ({ replay }) => replay?.state === 'done' && replay)
  expect(scenario.source).toEqual({ kind: 'scenario', name: 'a' })
  expect(scenario.rows.map(({ line, state }) => [line, state])).toEqual([[3, 'passed']])
})
