import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import { Block } from '../../../core/protos/index.ts'
import { ledgerKeys } from '../../../core/ledger/ledger-keys.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commitBlock, NS, prepare, put, rangeKeys, read } from '../ledger/envelopes.ts'

async function open() {
  const ledgers = await openLedgers(await tempFolder('ledger'))
  onTestFinished(() => ledgers.close())
  return { ledgers, ledger: ledgers.ledger(CHANNEL) }
}

type Work = (simulator: TxSimulator) => Promise<void> | void
const get =
  (key: string): Work =>
  (simulator) => {
    simulator.getState(NS, key)
  }
const set =
  (key: string, value = 'new'): Work =>
  (simulator) =>
    simulator.setState(NS, key, Buffer.from(value))
const del =
  (key: string): Work =>
  (simulator) =>
    simulator.deleteState(NS, key)
const range =
  (start: string, end: string): Work =>
  async (simulator) => {
    await rangeKeys(simulator, start, end)
  }
const firstOf =
  (start: string, end: string): Work =>
  async (simulator) => {
    const results = simulator.getStateRange(NS, start, end)
    await results.next()
    await results.close()
  }
const both =
  (...works: Work[]): Work =>
  async (simulator) => {
    for (const work of works) await work(simulator)
  }

/** State before: b, d and f hold `old`. Both are simulated on it; the second is what is judged. */
const table: [name: string, first: Work, second: Work, code: string, key?: string][] = [
  ['blind writes of one key', set('b'), set('b'), 'VALID'],
  ['a read of another key', set('b'), both(get('d'), set('d')), 'VALID'],
  ['a read of a changed key', set('b'), get('b'), 'MVCC_READ_CONFLICT', 'b'],
  ['a read of a deleted key', del('b'), get('b'), 'MVCC_READ_CONFLICT', 'b'],
  ['a read of a key that came', set('a'), get('a'), 'MVCC_READ_CONFLICT', 'a'],
  ['metadata of a key that never was', (s) => s.setStateMetadata(NS, 'a', new Map()), get('a'), 'VALID'],
  [
    'metadata changes the version too',
    (s) => s.setStateMetadata(NS, 'b', new Map()),
    get('b'),
    'MVCC_READ_CONFLICT',
    'b',
  ],
  ['a range with a key that came', set('c'), range('a', 'z'), 'PHANTOM_READ_CONFLICT', 'c'],
  ['a range with a key gone', del('d'), range('a', 'z'), 'PHANTOM_READ_CONFLICT', 'd'],
  ['a range with a key changed', set('d'), range('a', 'z'), 'PHANTOM_READ_CONFLICT', 'd'],
  ['a range with its last key gone', del('f'), range('a', 'z'), 'PHANTOM_READ_CONFLICT', 'f'],
  ['a range with a key behind its last', set('g'), range('a', 'z'), 'PHANTOM_READ_CONFLICT', 'g'],
  ['a range whose exclusive end changed', set('f'), range('a', 'f'), 'VALID'],
  ['a range with nothing in it', set('x'), range('p', 'r'), 'VALID'],
  ['a range to the end of the namespace', set('z'), range('', ''), 'PHANTOM_READ_CONFLICT', 'z'],
  ['a range left after b, changed behind it', set('d'), firstOf('a', 'z'), 'VALID'],
  ['a range left after b, b changed', set('b'), firstOf('a', 'z'), 'PHANTOM_READ_CONFLICT', 'b'],
  ['a range left after b, a key before it', set('a'), firstOf('a', 'z'), 'PHANTOM_READ_CONFLICT', 'a'],
  ['a range with a key above U+FFFF', set('\u{1F600}'), range('\uFFFD', ''), 'PHANTOM_READ_CONFLICT', '\u{1F600}'],
  ['reads are judged before ranges', set('b'), both(range('a', 'z'), get('b')), 'MVCC_READ_CONFLICT', 'b'],
]

/** A peer looks only whether the block has a write of the key (Fabric validation/validator.go, validateKVRead, v2.5.16). */
test.each<[string, Work]>([
  ['deleted', del('a')],
  ['put empty', (s) => s.setState(NS, 'a', Buffer.of())],
])('a key that never was, %s: a read of it conflicts in the same block, and not in the next', async (_name, work) => {
  const ledger = await seeded()
  const [one, two, three] = [
    await prepare(ledger, work),
    await prepare(ledger, get('a')),
    await prepare(ledger, get('a')),
  ]
  const block = await commitBlock(ledger, [one.envelope, two.envelope])
  expect(block.transactions.map((tx) => tx.validationCode)).toEqual(['VALID', 'MVCC_READ_CONFLICT'])
  expect(block.transactions[1]?.conflict).toMatchObject({ key: 'a', byTxId: one.txId })
  const [judged] = (await commitBlock(ledger, [three.envelope])).transactions
  expect(judged?.validationCode).toBe('VALID')
})

async function seeded(): Promise<Ledger> {
  const { ledger } = await open()
  await put(ledger, { b: 'old', d: 'old', f: 'old' })
  return ledger
}

test.each(table)('%s, in one block', async (_name, first, second, code, key) => {
  const ledger = await seeded()
  const [one, two] = [await prepare(ledger, first), await prepare(ledger, second)]
  const block = await commitBlock(ledger, [one.envelope, two.envelope])
  expect(block.transactions.map((tx) => tx.validationCode)).toEqual(['VALID', code])
  expect(block.transactions[1]?.conflict?.key).toBe(key)
  expect(block.transactions[1]?.conflict?.byTxId).toBe(key === undefined ? undefined : one.txId)
})

test.each(table)('%s, in the block before', async (_name, first, second, code, key) => {
  const ledger = await seeded()
  const [one, two] = [await prepare(ledger, first), await prepare(ledger, second)]
  await commitBlock(ledger, [one.envelope])
  const [judged] = (await commitBlock(ledger, [two.envelope])).transactions
  expect(judged?.validationCode).toBe(code)
  expect(judged?.conflict?.key).toBe(key)
  expect(judged?.conflict?.byTxId).toBe(key === undefined ? undefined : one.txId)
})

test('an invalid transaction changes nothing and stands in nobody’s way', async () => {
  const ledger = await seeded()
  const works = [set('b', '1'), both(get('b'), set('d', '2')), both(get('d'), set('d', '3'))]
  const prepared = await Promise.all(works.map((work) => prepare(ledger, work)))
  const block = await commitBlock(
    ledger,
    prepared.map(({ envelope }) => envelope),
  )
  expect(block.transactions.map((tx) => tx.validationCode)).toEqual(['VALID', 'MVCC_READ_CONFLICT', 'VALID'])
  expect([read(ledger, 'b'), read(ledger, 'd')]).toEqual(['1', '3'])
  expect(await ledger.readHistory({ namespace: NS, key: 'd' })).toHaveLength(2)
})

test('an id counts once, in one block and over blocks', async () => {
  const ledger = await seeded()
  const { envelope } = await prepare(ledger, set('b'))
  const codes = async (envelopes: Uint8Array[]) =>
    (await commitBlock(ledger, envelopes)).transactions.map((tx) => tx.validationCode)
  expect(await codes([envelope, envelope])).toEqual(['VALID', 'DUPLICATE_TXID'])
  expect(await codes([envelope])).toEqual(['DUPLICATE_TXID'])
})

test('bytes that are no envelope are put aside by code', async () => {
  const ledger = await seeded()
  const { envelope } = await prepare(ledger, set('b', 'good'))
  const block = await commitBlock(ledger, [Buffer.from('garbage'), new Uint8Array(), envelope])
  const codes = block.transactions.map((tx) => tx.validationCode)
  expect(codes[2]).toBe('VALID')
  expect(codes.slice(0, 2).every((code) => code !== 'VALID')).toBe(true)
  expect(read(ledger, 'b')).toBe('good')
})

test('blocks are Fabric’s: chained headers, hash of the data, a code for each transaction', async () => {
  const { ledgers, ledger } = await open()
  const [one, two] = [await prepare(ledger, set('a')), await prepare(ledger, get('a'))]
  await commitBlock(ledger, [one.envelope, two.envelope])
  await put(ledger, { b: '1' })
  const blocks = [0, 1].map((number) =>
    Block.deserializeBinary(ledgers.store.get(ledgerKeys(CHANNEL).block(number)) ?? new Uint8Array()),
  )
  const [first, second] = blocks.map((block) => block.getHeader())
  expect(Buffer.from(first?.getDataHash_asU8() ?? [])).toEqual(
    createHash('sha256').update(one.envelope).update(two.envelope).digest(),
  )
  expect(first?.getPreviousHash_asU8()).toHaveLength(0)
  // SEQUENCE (37 bytes) { INTEGER 0, OCTET STRING of 0 bytes, OCTET STRING of 32 bytes }
  const der = Buffer.concat([
    Buffer.from('3026020100' + '0400' + '0420', 'hex').fill(0x27, 1, 2),
    first?.getDataHash_asU8() ?? new Uint8Array(),
  ])
  expect(Buffer.from(second?.getPreviousHash_asU8() ?? [])).toEqual(createHash('sha256').update(der).digest())
  expect(blocks[0]?.getMetadata()?.getMetadataList_asU8()[2]).toEqual(Uint8Array.of(0, 11))
})
