import { expect, onTestFinished, test } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import { unmarshalReadWriteSet } from '../../../core/ledger/rwset-proto.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commit, NS, put, rangeKeys, read } from './envelopes.ts'

async function open(): Promise<Ledger> {
  const ledgers = await openLedgers(await tempFolder('ledger'))
  onTestFinished(() => ledgers.close())
  return ledgers.ledger(CHANNEL)
}

async function simulate<T>(ledger: Ledger, work: (simulator: TxSimulator) => Promise<T> | T): Promise<T> {
  const simulator = ledger.newTxSimulator('tx')
  try {
    return await work(simulator)
  } finally {
    simulator.done()
  }
}

test('reads show the state at the start: not own writes, not later commits', async () => {
  const ledger = await open()
  await put(ledger, { a: '1' })
  const simulator = ledger.newTxSimulator('tx')
  await put(ledger, { a: '2', b: '1' })
  expect(Buffer.from(simulator.getState(NS, 'a') ?? []).toString()).toBe('1')
  simulator.setState(NS, 'a', Buffer.from('mine'))
  expect(Buffer.from(simulator.getState(NS, 'a') ?? []).toString()).toBe('1')
  expect(simulator.getState(NS, 'b')).toBeUndefined()
  expect(await rangeKeys(simulator, '', '')).toEqual(['a'])
  expect(simulator.ownWritesRead()).toEqual([{ namespace: NS, key: 'a' }])
  simulator.done()
  simulator.done()
  expect(() => simulator.getState(NS, 'a')).toThrow('this instance should not be used after calling Done()')
  expect(read(ledger, 'a')).toBe('2')
})

test('the last write of a key wins, an empty value deletes, deleting what is not there is fine', async () => {
  const ledger = await open()
  await put(ledger, { a: '1', b: '1' })
  await commit(ledger, (simulator) => {
    simulator.setState(NS, 'a', Buffer.from('2'))
    simulator.setState(NS, 'a', Buffer.from('3'))
    simulator.setState(NS, 'b', new Uint8Array())
    simulator.deleteState(NS, 'never')
    simulator.setState(NS, '', Buffer.from('empty key'))
  })
  expect([read(ledger, 'a'), read(ledger, 'b'), read(ledger, '')]).toEqual(['3', undefined, 'empty key'])
})

test('ranges are in the order of UTF-8 bytes, also above U+FFFF, and keys come back as they were', async () => {
  const ledger = await open()
  const keys = [
    '\u0000c\u0000a\u0000',
    '\u0000\u{10FFFF}initialized',
    'a',
    'b\u0000',
    'é',
    '\uFFFD',
    '\u{1F600}',
    '\u{10FFFF}',
  ]
  const long = `${'k'.repeat(97)}\u{1F600}é`
  await put(ledger, Object.fromEntries([...keys, long].map((key) => [key, key])))
  const sorted = [...keys, long].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(await simulate(ledger, (simulator) => rangeKeys(simulator, '', ''))).toEqual(sorted)
  expect(await simulate(ledger, (simulator) => rangeKeys(simulator, '\uFFFD', '\u{10FFFF}'))).toEqual([
    '\uFFFD',
    '\u{1F600}',
  ])
  expect(await simulate(ledger, (simulator) => rangeKeys(simulator, 'z', 'a'))).toEqual([])
  for (const key of [...keys, long]) expect(read(ledger, key)).toBe(key)
})

test('a namespace ends where the next begins', async () => {
  const ledger = await open()
  await commit(ledger, (simulator) => {
    for (const namespace of ['cc', 'cc-2', 'cc2', 'c']) simulator.setState(namespace, 'k', Buffer.from(namespace))
  })
  expect(await simulate(ledger, (simulator) => rangeKeys(simulator, '', ''))).toEqual(['k'])
  expect(await ledger.namespaces()).toEqual(['c', 'cc', 'cc-2', 'cc2'])
})

test('a long range comes whole and pages give the next key as bookmark', async () => {
  const ledger = await open()
  const keys = Array.from({ length: 1234 }, (_, i) => `k${String(i).padStart(4, '0')}`)
  await put(ledger, Object.fromEntries(keys.map((key) => [key, 'v'])))
  await simulate(ledger, async (simulator) => {
    expect(await rangeKeys(simulator, '', '')).toEqual(keys)
    const first = await simulator.getStateRangePage(NS, 'k', 'l', 1000)
    expect([first.results.length, first.bookmark]).toEqual([1000, 'k1000'])
    const second = await simulator.getStateRangePage(NS, first.bookmark, 'l', 234)
    expect([second.results.length, second.bookmark]).toEqual([234, ''])
    const beyond = await simulator.getStateRangePage(NS, 'l', '', 10)
    expect(beyond).toEqual({ results: [], bookmark: '' })
  })
})

test('paging and writing exclude each other, in the words of Fabric', async () => {
  const ledger = await open()
  await simulate(ledger, async (simulator) => {
    await simulator.getStateRangePage(NS, 'a', 'z', 10)
    const text =
      'txid [tx]: unsuppored transaction. Transaction has already performed a paginated query. Writes are not allowed'
    expect(() => simulator.setState(NS, 'a', Buffer.from('1'))).toThrow(text)
    expect(() => simulator.deleteState(NS, 'a')).toThrow(text)
    expect(() => simulator.setStateMetadata(NS, 'a', new Map())).toThrow(text)
  })
  await simulate(ledger, async (simulator) => {
    simulator.setState(NS, 'a', Buffer.from('1'))
    await expect(simulator.getStateRangePage(NS, 'a', 'z', 10)).rejects.toThrow(
      'txid [tx]: unsuppored transaction. Paginated queries are supported only in a read-only transaction',
    )
  })
})

test('metadata: replaced as a whole, kept by a new value, lost with a delete or without a key', async () => {
  const ledger = await open()
  const metadata = (key: string) =>
    simulate(ledger, (simulator) =>
      [...simulator.getStateMetadata(NS, key)].map(([name, value]) => [name, Buffer.from(value).toString()]),
    )
  const set = (key: string, name: string, value: string) =>
    commit(ledger, (simulator) => simulator.setStateMetadata(NS, key, new Map([[name, Buffer.from(value)]])))
  await set('a', 'VALIDATION_PARAMETER', 'lost')
  expect(read(ledger, 'a')).toBeUndefined()
  await put(ledger, { a: '1' })
  expect(await metadata('a')).toEqual([])
  await set('a', 'x', '1')
  await set('a', 'VALIDATION_PARAMETER', 'policy')
  expect(await metadata('a')).toEqual([['VALIDATION_PARAMETER', 'policy']])
  await put(ledger, { a: '2' })
  expect([read(ledger, 'a'), await metadata('a')]).toEqual(['2', [['VALIDATION_PARAMETER', 'policy']]])
  await commit(ledger, (simulator) => simulator.deleteState(NS, 'a'))
  await put(ledger, { a: '3' })
  expect(await metadata('a')).toEqual([])
})

test('history is newest first, with deletes, and outlives them', async () => {
  const ledger = await open()
  const first = await put(ledger, { a: '1', 'a\u0000': 'other key' })
  await commit(ledger, (simulator) => simulator.deleteState(NS, 'a'))
  const last = await put(ledger, { a: '3' })
  const versions = await ledger.readHistory({ namespace: NS, key: 'a' })
  expect(versions.map(({ text, isDelete }) => [text, isDelete])).toEqual([
    ['3', false],
    ['', true],
    ['1', false],
  ])
  expect([versions[0]?.txId, versions[2]?.txId]).toEqual([last.txId, first.txId])
  expect(versions[0]?.version).toEqual({ block: 2, tx: 0 })
  expect(Math.abs(Date.now() - (versions[0]?.at ?? 0))).toBeLessThan(60_000)
  expect(await ledger.readHistory({ namespace: NS, key: 'a', limit: 1 })).toHaveLength(1)
  expect(await ledger.readHistory({ namespace: NS, key: 'unknown' })).toEqual([])
  const at = async (upTo: number) => (await ledger.readHistory({ namespace: NS, key: 'a', upTo, limit: 1 }))[0]?.version
  expect([await at(0), await at(1), await at(9)]).toEqual([0, 1, 2].map((block) => ({ block, tx: 0 })))
  await simulate(ledger, async (simulator) => {
    const history = simulator.getHistoryForKey(NS, 'a')
    expect(Buffer.from((await history.next())?.value ?? []).toString()).toBe('3')
    expect(simulator.results().readWriteSet.namespaces).toEqual([])
  })
})

test('the marshalled read/write set says the same as the one for people', async () => {
  const ledger = await open()
  await put(ledger, { b: '1', r1: '1', r2: '2', r3: '3' })
  await simulate(ledger, async (simulator) => {
    simulator.getState(NS, 'b')
    simulator.getState(NS, 'a')
    const range = simulator.getStateRange(NS, 'r', 's')
    await range.next()
    await range.next()
    simulator.setState('other', 'k', Buffer.of(0xff))
    simulator.deleteState(NS, 'b')
    const { rwset, readWriteSet } = simulator.results()
    expect(readWriteSet.namespaces).toEqual([
      {
        namespace: NS,
        reads: [
          { key: 'a', version: null },
          { key: 'b', version: { block: 0, tx: 0 } },
        ],
        rangeQueries: [{ start: 'r', end: 'r2', exhausted: false, keys: ['r1', 'r2'] }],
        writes: [
          { key: 'b', isDelete: true, value: '', valueEncoding: 'utf8', before: { text: '1', encoding: 'utf8' } },
        ],
        metadataWrites: [],
      },
      {
        namespace: 'other',
        reads: [],
        rangeQueries: [],
        writes: [{ key: 'k', isDelete: false, value: '/w==', valueEncoding: 'base64' }],
        metadataWrites: [],
      },
    ])
    const [cc, other] = unmarshalReadWriteSet(rwset())
    expect(cc).toMatchObject({
      reads: [
        { key: 'a', version: null },
        { key: 'b', version: { block: 0, tx: 0 } },
      ],
      rangeQueries: [{ start: 'r', end: 'r2', exhausted: false }],
      writes: [{ key: 'b', isDelete: true }],
    })
    expect(other?.writes).toMatchObject([{ key: 'k', isDelete: false, value: Uint8Array.of(0xff) }])
  })
})

test('the world state is read in pages, composite keys decoded', async () => {
  const ledger = await open()
  await put(ledger, { '\u0000owner\u0000ann\u0000car1\u0000': 'x', car1: '{"a":1}', car2: 'y', dog: 'z' })
  const first = await ledger.readState({ namespace: NS, limit: 2 })
  expect(first.entries[0]?.composite).toEqual({ objectType: 'owner', attributes: ['ann', 'car1'] })
  expect(first.entries[1]).toEqual({
    key: 'car1',
    text: '{"a":1}',
    encoding: 'utf8',
    version: { block: 0, tx: 0 },
    size: 7,
  })
  expect(first.next).toBe('car2')
  const rest = await ledger.readState({ namespace: NS, from: 'car2', limit: 10 })
  expect(rest.entries.map((entry) => entry.key)).toEqual(['car2', 'dog'])
  expect(rest.next).toBeUndefined()
  const prefixed = await ledger.readState({ namespace: NS, prefix: 'car', limit: 10 })
  expect(prefixed.entries.map((entry) => entry.key)).toEqual(['car1', 'car2'])
  const containing = await ledger.readState({ namespace: NS, contains: 'CAR1', limit: 1 })
  expect([containing.entries[0]?.composite?.attributes, containing.next]).toEqual([['ann', 'car1'], 'car1'])
  const query = '{"selector":{"a":1}}'
  const selected = await ledger.readState({ namespace: NS, query, limit: 10 })
  expect([selected.entries.map((entry) => entry.key), selected.report?.examined]).toEqual([['car1'], 4])
  const unreadable = ledger.readState({ namespace: NS, query: '{', limit: 10 })
  await expect(unreadable).rejects.toMatchObject({ code: 'QUERY_REFUSED' })
})
