import { expect, onTestFinished, test } from 'vitest'
import { ledgerKeys } from '../../../core/ledger/ledger-keys.ts'
import { SharedView, type StateView } from '../../../core/ledger/shared-view.ts'
import type { StoreOperation } from '../../../core/ledger/store-entries.ts'
import { openStore } from '../../../core/ledger/store.ts'
import { encodeVersioned } from '../../../core/ledger/versioned-value.ts'
import { tempFolder } from '../../support/temp.ts'

const NS = 'cc'
const keys = ledgerKeys('mychannel')

async function open() {
  const store = await openStore(await tempFolder('view'))
  onTestFinished(() => store.close())
  const view = new SharedView(store, keys)
  const put = (key: string, text: string) => {
    const value = encodeVersioned({
      version: { block: 1, tx: 0 },
      value: Buffer.from(text),
      metadata: new Uint8Array(),
    })
    return view.store.write([{ type: 'put', key: keys.state(NS, key), value }], { sync: false })
  }
  return { store, view, put, newest: view.newest() }
}

const text = (entry: { value: Uint8Array } | undefined) => entry && Buffer.from(entry.value).toString()
const read = ({ state }: StateView, key: string) => text(state.get(NS, key))

async function scanned({ state }: StateView): Promise<string[]> {
  const iterator = state.scan(NS, '', '')
  const found: string[] = []
  for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) found.push(entry.key)
  await iterator.close()
  return found
}

test('a view shows the state as it was when it was taken, what is there and what is not', async () => {
  const { view, put, newest } = await open()
  await put('a', '1')
  const [early, unread] = [view.take(), view.take()]
  expect([read(early, 'a'), read(early, 'b'), text(newest.get(NS, 'b'))]).toEqual(['1', undefined, undefined])
  await put('a', '2')
  await put('b', '1')
  const late = view.take()
  expect([read(early, 'a'), read(early, 'b')]).toEqual(['1', undefined])
  expect([read(unread, 'a'), read(unread, 'b')]).toEqual(['1', undefined])
  expect([read(late, 'a'), read(late, 'b')]).toEqual(['2', '1'])
  expect([text(newest.get(NS, 'a')), text(newest.get(NS, 'b'))]).toEqual(['2', '1'])
  expect([await scanned(early), await scanned(late)]).toEqual([['a'], ['a', 'b']])
  for (const { snapshot } of [early, unread, late]) snapshot.close()
})

test('a view stays open while another one of the same state is closed, and after the next write', async () => {
  const { view, put } = await open()
  await put('a', '1')
  const [one, other] = [view.take(), view.take()]
  one.snapshot.close()
  one.snapshot.close()
  await put('b', '1')
  expect([read(other, 'a'), read(other, 'b'), await scanned(other)]).toEqual(['1', undefined, ['a']])
  other.snapshot.close()
})

test('what was taken while a write was under way is not taken again after it', async () => {
  const { view, put, newest } = await open()
  await put('a', '1')
  const writing = put('a', '2')
  const during = view.take()
  const seen = read(during, 'a')
  expect(['1', '2']).toContain(seen)
  expect(['1', '2']).toContain(text(newest.get(NS, 'a')))
  await writing
  const after = view.take()
  expect([read(during, 'a'), read(after, 'a'), text(newest.get(NS, 'a'))]).toEqual([seen, '2', '2'])
  for (const { snapshot } of [during, after]) snapshot.close()
})

test('long values and more than are remembered are read all the same', async () => {
  const { view, put } = await open()
  const long = 'v'.repeat(5000)
  await put('long', long)
  const taken = view.take()
  for (let n = 0; n < 1001; n++) expect(read(taken, `absent${n}`)).toBeUndefined()
  expect([read(taken, 'long'), read(taken, 'long')]).toEqual([long, long])
  taken.snapshot.close()
})

test('a view is taken again once the store was opened again, after a failed write by whomever', async () => {
  const { store, view, put, newest } = await open()
  await put('a', '1')
  expect([read(view.take(), 'a'), text(newest.get(NS, 'a'))]).toEqual(['1', '1'])
  const key = Buffer.from('another channel’s')
  // No disk takes this.
  const failing = { type: 'put', key, value: null } as unknown as StoreOperation
  await expect(store.write([failing], { sync: true })).rejects.toMatchObject({ code: 'LEDGER_WRITE' })
  await store.write([{ type: 'put', key, value: Buffer.from('1') }], { sync: true })
  const taken = view.take()
  expect([read(taken, 'a'), read(taken, 'b'), await scanned(taken)]).toEqual(['1', undefined, ['a']])
  expect([text(newest.get(NS, 'a')), newest.get(NS, 'c')]).toEqual(['1', undefined])
  taken.snapshot.close()
})
