import { expect, onTestFinished, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { newCommitter } from '../../../core/committer/committer.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { undoKeys } from '../../../core/ledger/undo/undo-keys.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commit, commitBlock, NS, prepare, put, read } from './envelopes.ts'
import { found, index } from './state-queries-contract.ts'
import { allEntries } from './whole-store.ts'

async function open(folder?: string, moveBatchBytes?: number) {
  const at = folder ?? (await tempFolder('undo'))
  const ledgers = await openLedgers(at, { moveBatchBytes })
  onTestFinished(() => ledgers.close())
  return { ledger: ledgers.ledger(CHANNEL), store: ledgers.store, folder: at, close: () => ledgers.close() }
}

const codeOf = async (done: Promise<unknown>) => {
  const error: unknown = await done.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof PeerError ? error.code : error
}

test('a rewind leaves every entry of the store as it was, and a restore puts every one back', async () => {
  const { ledger, store } = await open()
  await put(ledger, { a: 'first', long: 'x'.repeat(500) })
  await commit(ledger, (simulator) => simulator.setStateMetadata(NS, 'long', new Map([['m', Buffer.from('1')]])))
  const before = await allEntries(store)
  await put(ledger, { a: 'second', b: 'new', long: 'y'.repeat(500) })
  await commit(ledger, (simulator) => simulator.deleteState(NS, 'a'))
  await put(ledger, { long: 'z' })
  const after = await allEntries(store)

  const { branch, ...moved } = await ledger.undo.rewind(2)
  expect(moved).toEqual({ from: 5, height: 2 })
  expect([ledger.height(), read(ledger, 'a'), read(ledger, 'b')]).toEqual([2, 'first', undefined])
  expect(await allEntries(store)).toEqual(before)
  expect(await ledger.undo.branches()).toMatchObject([{ id: branch, height: 5, fork: 2 }])

  expect(await ledger.undo.restore(branch ?? '')).toEqual({ from: 2, height: 5 })
  expect([ledger.height(), read(ledger, 'a'), read(ledger, 'b')]).toEqual([5, undefined, 'new'])
  expect(await allEntries(store)).toEqual(after)
  expect(await ledger.undo.branches()).toEqual([])
})

test('a branch that leaves another branch is restored through it', async () => {
  const { ledger } = await open()
  for (const a of ['0', '1', '2', '3']) await put(ledger, { a })
  const { branch: first = '' } = await ledger.undo.rewind(3)
  await put(ledger, { a: 'other', b: 'other' })
  const { branch: second = '' } = await ledger.undo.rewind(1)
  await put(ledger, { c: 'third' })
  expect((await ledger.undo.branches()).map(({ id, fork, height }) => [id, fork, height])).toEqual([
    [second, 1, 4],
    [first, 1, 4],
  ])
  const { branch: third = '' } = await ledger.undo.restore(first)
  expect([read(ledger, 'a'), read(ledger, 'b'), read(ledger, 'c')]).toEqual(['3', undefined, undefined])
  await ledger.undo.restore(second)
  expect([read(ledger, 'a'), read(ledger, 'b'), read(ledger, 'c')]).toEqual(['other', 'other', undefined])
  await ledger.undo.restore(third)
  expect([ledger.height(), read(ledger, 'a'), read(ledger, 'c')]).toEqual([2, '0', 'third'])
})

test('undo twice and redo twice: the newest branch is one step', async () => {
  const { ledger } = await open()
  for (const a of ['0', '1', '2']) await put(ledger, { a })
  await ledger.undo.rewind(2)
  await ledger.undo.rewind(1)
  for (const a of ['1', '2']) {
    const [newest] = await ledger.undo.branches()
    await ledger.undo.restore(newest?.id ?? '')
    expect(read(ledger, 'a')).toBe(a)
  }
  expect(await ledger.undo.branches()).toEqual([])
})

test('a checkpoint is reached wherever its blocks are, also where what was rewound is forgotten', async () => {
  const { ledger } = await open()
  for (const a of ['0', '1', '2']) await put(ledger, { a })
  const { id } = await ledger.undo.setCheckpoint('here')
  await put(ledger, { a: '3' })
  await ledger.undo.rewind(1, { keep: false })
  expect(await ledger.undo.branches()).toEqual([])
  expect(await ledger.undo.checkpoints()).toMatchObject([{ name: 'here', id, height: 3, isOnChain: false }])
  await put(ledger, { a: 'instead' })
  await ledger.undo.goTo('here', { keep: false })
  expect([ledger.height(), read(ledger, 'a')]).toEqual([3, '2'])
  expect(await ledger.undo.checkpoints()).toMatchObject([{ name: 'here', isOnChain: true }])
  expect(await ledger.undo.branches()).toEqual([])
})

test('a checkpoint of an earlier height is the same as one that was set when the channel had it', async () => {
  const { ledger } = await open()
  await put(ledger, { a: '0' })
  const { id } = await ledger.undo.setCheckpoint('then')
  for (const a of ['1', '2']) await put(ledger, { a })
  expect(await ledger.undo.setCheckpoint('later', 1)).toMatchObject({ name: 'later', id, height: 1, isOnChain: true })
  const { id: two } = await ledger.undo.setCheckpoint('two', 2)
  await ledger.undo.goTo('later')
  expect([ledger.height(), read(ledger, 'a')]).toEqual([1, '0'])
  // Its blocks are needed, so they aren't forgotten with those that no name stands for.
  await ledger.undo.goTo('two', { keep: false })
  expect([ledger.height(), read(ledger, 'a')]).toEqual([2, '1'])
  await ledger.undo.rewind(1, { keep: false })
  expect(await ledger.undo.checkpoints()).toContainEqual(expect.objectContaining({ id: two, isOnChain: false }))
  await ledger.undo.goTo('two')
  expect([ledger.height(), read(ledger, 'a')]).toEqual([2, '1'])
})

test('what is forgotten leaves nothing in the store, except what others need', async () => {
  const { ledger, store } = await open()
  for (const a of ['0', '1']) await put(ledger, { a })
  const asideCount = async () => (await allEntries(store, ['r', 'q', 'a'])).length
  await put(ledger, { a: '2' })
  const { branch: first = '' } = await ledger.undo.rewind(2)
  await put(ledger, { a: 'x' })
  await put(ledger, { a: 'y' })
  const { branch: second = '' } = await ledger.undo.rewind(1)
  await ledger.undo.removeBranch(second)
  // Blocks 1 and 2 of the first, each with the place of the one before it, and the branch.
  expect(await asideCount()).toBe(5)
  await ledger.undo.restore(first)
  expect(read(ledger, 'a')).toBe('2')
  await ledger.undo.rewind(1, { keep: false })
  expect(await asideCount()).toBe(0)
  expect(await codeOf(ledger.undo.restore(first))).toBe('BRANCH_UNKNOWN')
})

test('what cannot be is refused with a code, and nothing changes', async () => {
  const { ledger, store } = await open()
  await put(ledger, { a: '1' })
  await put(ledger, { a: '2' })
  await ledger.undo.setCheckpoint('taken')
  const before = await allEntries(store, ['b', 'c', 'h', 'i', 's', 't', 'u', 'x', 'p', 'r', 'q', 'a', 'k', 'j'])
  for (const height of [0, -1, 3, 1.5, NaN]) expect(await codeOf(ledger.undo.rewind(height))).toBe('REWIND_HEIGHT')
  for (const id of ['', 'nonsense', 'ab'.repeat(32)]) {
    expect(await codeOf(ledger.undo.restore(id))).toBe('BRANCH_UNKNOWN')
    expect(await codeOf(ledger.undo.removeBranch(id))).toBe('BRANCH_UNKNOWN')
  }
  for (const name of ['', '  ', 'a\nb', ' a', '12', 'x'.repeat(101), 'x'.repeat(1 << 20), '\ud800']) {
    expect(await codeOf(ledger.undo.setCheckpoint(name))).toBe('CHECKPOINT_NAME')
  }
  expect(await codeOf(ledger.undo.setCheckpoint('taken'))).toBe('CHECKPOINT_TAKEN')
  expect(await codeOf(ledger.undo.setCheckpoint('taken', 1))).toBe('CHECKPOINT_TAKEN')
  for (const height of [0, -1, 3, 1.5, NaN])
    expect(await codeOf(ledger.undo.setCheckpoint('there', height))).toBe('REWIND_HEIGHT')
  expect(await codeOf(ledger.undo.goTo('nobody'))).toBe('CHECKPOINT_UNKNOWN')
  expect(await codeOf(ledger.undo.removeCheckpoint('nobody'))).toBe('CHECKPOINT_UNKNOWN')
  expect(await ledger.undo.rewind(2)).toEqual({ from: 2, height: 2 })
  expect(await allEntries(store, ['b', 'c', 'h', 'i', 's', 't', 'u', 'x', 'p', 'r', 'q', 'a', 'k', 'j'])).toEqual(
    before,
  )
  for (const name of ['before the sale', 'a/b', '../..', '销售', '\u{1F600}']) await ledger.undo.setCheckpoint(name)
  await ledger.undo.removeCheckpoint('a/b')
  expect((await ledger.undo.checkpoints()).length).toBe(5)
})

test('blocks of an older Slipway have no record: the error says how far one can go', async () => {
  const { ledger, store } = await open()
  for (const a of ['0', '1', '2', '3']) await put(ledger, { a })
  await store.write([{ type: 'del', key: undoKeys(CHANNEL).undo(1) }], { sync: true })
  const refused = await ledger.undo.rewind(1).catch((error: unknown) => PeerError.from(error))
  expect(refused).toMatchObject({ code: 'REWIND_TOO_FAR', details: { oldest: 2 } })
  expect(await codeOf(ledger.undo.setCheckpoint('too far', 1))).toBe('REWIND_TOO_FAR')
  await ledger.undo.setCheckpoint('two', 2)
  await ledger.undo.rewind(2)
  expect(read(ledger, 'a')).toBe('1')
})

test('what was endorsed before a rewind is judged by what it read', async () => {
  const { ledger } = await open()
  await put(ledger, { a: '1' })
  await put(ledger, { a: '2' })
  const stale = await prepare(ledger, (simulator) => {
    simulator.getState(NS, 'a')
    simulator.setState(NS, 'a', Buffer.from('3'))
  })
  const blind = await prepare(ledger, (simulator) => simulator.setState(NS, 'b', Buffer.from('3')))
  await ledger.undo.rewind(1)
  const { transactions } = await commitBlock(ledger, [stale.envelope, blind.envelope])
  expect(transactions.map(({ validationCode }) => validationCode)).toEqual(['MVCC_READ_CONFLICT', 'VALID'])
})

test('an envelope whose block was rewound can be ordered again', async () => {
  const { ledger } = await open()
  await put(ledger, { a: '1' })
  const again = await prepare(ledger, (simulator) => simulator.setState(NS, 'b', Buffer.from('1')))
  await commitBlock(ledger, [again.envelope])
  await ledger.undo.rewind(1)
  expect(ledger.hasTransaction(again.txId)).toBe(false)
  const { transactions } = await newCommitter(ledger).commit([again.envelope])
  expect(transactions).toMatchObject([{ validationCode: 'VALID' }])
})

test('indexes of rich queries follow back and forward; what began before sees its own state', async () => {
  const { ledger } = await open()
  ledger.setIndexes(NS, [index('byN', ['n'])])
  const query = { selector: { n: { $gt: 0 } }, sort: [{ n: 'asc' }] }
  await put(ledger, { a: '{"n":1}', b: '{"n":2}' })
  await put(ledger, { a: '{"n":3}', c: '{"n":1}' })
  expect(await found(ledger, query)).toEqual(['c', 'b', 'a'])
  const began = ledger.newTxSimulator('began')
  const { branch = '' } = await ledger.undo.rewind(1)
  expect(await found(ledger, query)).toEqual(['a', 'b'])
  await put(ledger, { d: '{"n":0.5}', b: 'no document' })
  expect(await found(ledger, query)).toEqual(['d', 'a'])
  const results = await began.executeQuery(NS, JSON.stringify(query))
  expect((await results.next())?.key).toBe('c')
  began.done()
  await ledger.undo.restore(branch)
  expect(await found(ledger, query)).toEqual(['c', 'b', 'a'])
})

test('a long move takes several batches and comes to the same', async () => {
  const { ledger, store, folder, close } = await open(undefined, 2000)
  const query = { selector: { n: { $gt: 0 } } }
  for (let n = 1; n <= 30; n++) await put(ledger, { [`k${n % 7}`]: `{"n":${n},"long":"${'x'.repeat(300)}"}` })
  expect((await found(ledger, query)).length).toBe(7)
  const after = await allEntries(store)
  const { branch = '' } = await ledger.undo.rewind(3)
  expect((await found(ledger, query)).sort()).toEqual(['k1', 'k2', 'k3'])
  await ledger.undo.restore(branch)
  expect(await allEntries(store)).toEqual(after)
  expect((await found(ledger, query)).length).toBe(7)
  await close()
  const again = await open(folder)
  expect([again.ledger.height(), again.ledger.undo.moves()]).toEqual([30, 2])
})
