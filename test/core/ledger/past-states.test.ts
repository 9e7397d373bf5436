import { expect, onTestFinished, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import type { StatePage } from '../../../core/contract/world-state.ts'
import { ledgerKeys } from '../../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { readStatePage } from '../../../core/ledger/state-pages.ts'
import { PastStates, type PastLimits } from '../../../core/ledger/undo/past-states.ts'
import { undoKeys } from '../../../core/ledger/undo/undo-keys.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commit, NS, put } from './envelopes.ts'

async function open() {
  const ledgers = await openLedgers(await tempFolder('past'))
  onTestFinished(() => ledgers.close())
  const ledger = ledgers.ledger(CHANNEL)
  const list = async (point?: string) =>
    (await ledger.readState({ namespace: NS, limit: 100, ...(point === undefined ? {} : { point }) })).entries
  return { ledger, list, store: ledgers.store }
}

const codeOf = async (done: Promise<unknown>) =>
  done.then(String, (error: unknown) => (error instanceof PeerError ? error.code : error))

test('the list at each height is the one that there was then, also after more blocks', async () => {
  const { ledger, list } = await open()
  const then = new Map<string, StatePage['entries']>()
  const remember = async () => then.set(String(ledger.height()), await list())
  const compare = async () => {
    for (const [point, entries] of then) expect(await list(point)).toEqual(entries)
  }
  await put(ledger, { a: '1', b: '1', c: 'x'.repeat(100) })
  await remember()
  await commit(ledger, (simulator) => simulator.deleteState(NS, 'b'))
  await remember()
  await commit(ledger, (simulator) => simulator.setStateMetadata(NS, 'c', new Map([['m', Buffer.of(1)]])))
  await remember()
  await put(ledger, { a: '2', b: 'again', d: 'new', c: 'y'.repeat(100) })
  await remember()
  expect((await list('1')).map(({ key, version }) => [key, version.block])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
  ])
  await compare()
  // What was found of a point is kept and added to: `e` and `c` come from blocks that weren't there before.
  await list('2')
  await put(ledger, { a: '3', c: 'short', e: '1' })
  expect(await list('2')).toEqual(then.get('2'))
  await put(ledger, { a: '4' })
  expect(await list('2')).toEqual(then.get('2'))
  await compare()
  await Promise.all([...then].map(async ([point, entries]) => expect(await list(point)).toEqual(entries)))
})

test('a point is read as it is after the channel was taken to other blocks, and so are checkpoints and branches', async () => {
  const { ledger, list } = await open()
  await put(ledger, { a: '1' })
  await put(ledger, { a: '2', b: '2' })
  await put(ledger, { a: '3' })
  const [two, three] = [await list('2'), await list()]
  await ledger.undo.setCheckpoint('two', 2)
  expect(await list('2')).toEqual(two)
  const { branch = '' } = await ledger.undo.rewind(1)
  expect(await codeOf(list('2'))).toBe('REWIND_HEIGHT')
  await put(ledger, { c: 'other' })
  await put(ledger, { a: 'other' })
  expect((await list('2')).map(({ key, text }) => [key, text])).toEqual([
    ['a', '1'],
    ['c', 'other'],
  ])
  expect(await list('two')).toEqual(two)
  expect(await list(branch)).toEqual(three)
  // The same branch again, once the chain has grown.
  await put(ledger, { a: 'later', d: '1' })
  expect(await list(branch)).toEqual(three)
  for (const point of ['0', '5', '99999']) expect(await codeOf(list(point))).toBe('REWIND_HEIGHT')
  for (const point of ['', 'none', '-1']) expect(await codeOf(list(point))).toBe('CHECKPOINT_UNKNOWN')
  expect(await codeOf(list('ab'.repeat(32)))).toBe('BRANCH_UNKNOWN')
})

test('a past state is paged and searched like the present one, and has no rich queries', async () => {
  const { ledger } = await open()
  const keys = ['a1', 'a2', 'b1', 'b2', 'b3']
  await put(ledger, Object.fromEntries(keys.map((key) => [key, `was ${key}`])))
  await commit(ledger, (simulator) => {
    for (const key of ['a2', 'b2', 'b3']) simulator.deleteState(NS, key)
    for (const key of ['a0', 'b25', 'c']) simulator.setState(NS, key, Buffer.from('new'))
  })
  const page = (more: object, limit = 2) => ledger.readState({ namespace: NS, point: '1', limit, ...more })
  const names = ({ entries }: StatePage) => entries.map(({ key }) => key)
  const pages: string[][] = []
  for (let from: string | undefined, more = true; more;) {
    const one = await page(from === undefined ? {} : { from })
    pages.push(names(one))
    from = one.next
    more = from !== undefined
  }
  expect(pages).toEqual([['a1', 'a2'], ['b1', 'b2'], ['b3']])
  expect(names(await page({ prefix: 'b' }, 9))).toEqual(['b1', 'b2', 'b3'])
  expect(names(await page({ contains: 'WAS B' }, 9))).toEqual(['b1', 'b2', 'b3'])
  expect(await codeOf(page({ query: '{"selector":{}}' }))).toBe('QUERY_REFUSED')
})

test('a search that takes too much memory or time ends with a code, and an abort ends it', async () => {
  const { ledger, store } = await open()
  for (let i = 0; i < 60; i++) await put(ledger, { a: String(i), [`k${i}`]: 'x'.repeat(100) })
  const keys = ledgerKeys(CHANNEL)
  const pastOf = (limits?: PastLimits) =>
    new PastStates({ channel: CHANNEL, store, keys, undo: undoKeys(CHANNEL) }, limits)
  const most = { bytes: 1 << 20, ms: 600_000 }
  expect(await codeOf(pastOf({ ...most, bytes: 500 }).open('1'))).toBe('PAST_STATE_FAR')
  expect(await codeOf(pastOf({ ...most, ms: -1 }).open('1'))).toBe('PAST_STATE_FAR')
  const over = new AbortController()
  const past = pastOf(most)
  const opening = past.open('1', over.signal)
  over.abort(new PeerError('ABORTED', { what: 'The test' }))
  expect(await codeOf(opening)).toBe('ABORTED')
  // What was given up leaves nothing behind that a later read would take for the whole.
  const then = await past.open('1')
  const listed = await readStatePage(then.store, keys, { namespace: NS, limit: 9 })
  await then.store.close()
  expect([then.height, listed.entries.map(({ key, text }) => [key, text.slice(0, 1)])]).toEqual([
    1,
    [
      ['a', '0'],
      ['k0', 'x'],
    ],
  ])
  // A key that each block overwrites takes its bytes once.
  const reused = pastOf({ ...most, bytes: 62 * 450 })
  await (await reused.open('1')).store.close()
})
