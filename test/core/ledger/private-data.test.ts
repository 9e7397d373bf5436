import { expect, onTestFinished, test } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import { sha256 } from '../../../core/ledger/private-rwset-proto.ts'
import { packageCollections } from '../../../core/privdata/collection-config.ts'
import { definitionKey, definitionMetadataKey } from '../../../core/privdata/definition-keys.ts'
import { StateData } from '../../../core/protos/lifecycle.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commit, commitBlock, NS, prepare, put } from './envelopes.ts'

const config = [
  { name: 'both', policy: "OR('Org1MSP.member', 'Org2MSP.member')" },
  { name: 'one', policy: "OR('Org1MSP.member')" },
  { name: 'brief', policy: "OR('Org1MSP.member', 'Org2MSP.member')", blockToLive: 2 },
]

async function open(folder?: string): Promise<{ ledger: Ledger; folder: string; close: () => Promise<void> }> {
  const at = folder ?? (await tempFolder('private'))
  const ledgers = await openLedgers(at, { organisations: () => ['Org1MSP', 'Org2MSP'] })
  onTestFinished(() => ledgers.close())
  const ledger = ledgers.ledger(CHANNEL)
  if (folder === undefined) {
    const collections = new StateData()
    collections.setBytes(packageCollections(config))
    await commit(ledger, (simulator) => {
      const [at, metadata] = [definitionKey(NS, 'Collections'), definitionMetadataKey(NS)]
      simulator.setState(at.namespace, at.key, collections.serializeBinary())
      simulator.setState(metadata.namespace, metadata.key, Buffer.from('ChaincodeDefinition'))
    })
  }
  return { ledger, folder: at, close: () => ledgers.close() }
}

function putPrivate(ledger: Ledger, collection: string, values: Record<string, string>) {
  return commit(ledger, (simulator) => {
    for (const [key, value] of Object.entries(values)) {
      simulator.setPrivateData(NS, collection, key, Buffer.from(value))
    }
  })
}

/** What a peer of this organisation sees. */
function as<T>(ledger: Ledger, mspId: string, look: (simulator: TxSimulator) => T): T {
  const simulator = ledger.newTxSimulator('reader', mspId)
  try {
    return look(simulator)
  } finally {
    simulator.done()
  }
}

const value = (ledger: Ledger, collection: string, key: string, mspId = 'Org1MSP') =>
  as(ledger, mspId, (simulator) => textOf(simulator.getPrivateData(NS, collection, key)))
const hash = (ledger: Ledger, collection: string, key: string, mspId = 'Org1MSP') =>
  as(ledger, mspId, (simulator) => simulator.getPrivateDataHash(NS, collection, key))

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString()
}

test('members see the value, everyone its hash, and nobody anything in the public state', async () => {
  const { ledger } = await open()
  await putPrivate(ledger, 'one', { k: 'secret' })
  expect(value(ledger, 'one', 'k')).toBe('secret')
  expect(hash(ledger, 'one', 'k', 'Org2MSP')).toEqual(sha256('secret'))
  expect(() => value(ledger, 'one', 'k', 'Org2MSP')).toThrow(
    'private data matching public hash version is not available. Public hash version = {BlockNum: 1, TxNum: 0}, Private data version = <nil>',
  )
  expect(value(ledger, 'one', 'other', 'Org2MSP')).toBeUndefined()
  expect(await ledger.namespaces()).toEqual(['_lifecycle'])
  expect((await ledger.readState({ namespace: NS, limit: 10 })).entries).toEqual([])
})

test('a collection that is not defined is refused, an implicit one of an organisation is not', async () => {
  const { ledger } = await open()
  await putPrivate(ledger, '_implicit_org_Org2MSP', { k: 'own' })
  expect(value(ledger, '_implicit_org_Org2MSP', 'k', 'Org2MSP')).toBe('own')
  expect(() => value(ledger, '_implicit_org_Org2MSP', 'k')).toThrow('is not available')
  for (const unknown of ['nope', '_implicit_org_Nope']) {
    const text = `collection [${unknown}] not defined in the collection config for chaincode [${NS}]`
    expect(() => value(ledger, unknown, 'k')).toThrow(text)
    await expect(putPrivate(ledger, unknown, { k: 'v' })).rejects.toThrow(text)
  }
})

test('delete and purge take value and hash', async () => {
  const { ledger } = await open()
  await putPrivate(ledger, 'both', { a: '1', b: '2', c: '3' })
  const { transactions } = await commit(ledger, (simulator) => {
    simulator.deletePrivateData(NS, 'both', 'a')
    simulator.purgePrivateData(NS, 'both', 'b')
    simulator.purgePrivateData(NS, 'both', 'never there')
  })
  expect(transactions[0]?.validationCode).toBe('VALID')
  for (const key of ['a', 'b']) {
    expect(value(ledger, 'both', key)).toBeUndefined()
    expect(hash(ledger, 'both', key)).toBeUndefined()
  }
  expect(value(ledger, 'both', 'c')).toBe('3')
})

test('what a read saw must still be so: the value, its hash, and that there was none', async () => {
  const { ledger } = await open()
  await putPrivate(ledger, 'both', { k: '1' })
  const reads: ((simulator: TxSimulator) => void)[] = [
    (simulator) => void simulator.getPrivateData(NS, 'both', 'k'),
    (simulator) => void simulator.getPrivateDataHash(NS, 'both', 'k'),
    (simulator) => void simulator.getPrivateDataMetadata(NS, 'both', 'k'),
    (simulator) => void simulator.getPrivateData(NS, 'both', 'new'),
  ]
  for (const [i, read] of reads.entries()) {
    const racing = await prepare(ledger, (simulator) => {
      read(simulator)
      simulator.setState(NS, 'seen', Buffer.from('1'))
    })
    await putPrivate(ledger, 'both', { k: `${i}`, ...(i === 3 ? { new: 'x' } : {}) })
    const { transactions } = await commitBlock(ledger, [racing.envelope])
    expect([i, transactions[0]?.validationCode]).toEqual([i, 'MVCC_READ_CONFLICT'])
    expect(transactions[0]?.conflict?.words).toContain('collection both')
  }
})

test('metadata stands with the hash, and the value follows its version', async () => {
  const { ledger } = await open()
  await putPrivate(ledger, 'both', { k: '1' })
  await commit(ledger, (simulator) =>
    simulator.setPrivateDataMetadata(NS, 'both', 'k', new Map([['VALIDATION_PARAMETER', Buffer.from('p')]])),
  )
  const metadata = as(ledger, 'Org2MSP', (simulator) => simulator.getPrivateDataMetadata(NS, 'both', 'k'))
  expect([...metadata].map(([name, entry]) => [name, textOf(entry)])).toEqual([['VALIDATION_PARAMETER', 'p']])
  expect(value(ledger, 'both', 'k')).toBe('1')
})

test('ranges and rich queries see the values of members, in a transaction that writes nothing', async () => {
  const { ledger } = await open()
  await putPrivate(ledger, 'one', { a: '{"n":1}', b: '{"n":2}', c: 'text' })
  const keys = async (
    mspId: string,
    query: (simulator: TxSimulator) => Promise<ReturnType<TxSimulator['getPrivateDataRange']>>,
  ) => {
    const simulator = ledger.newTxSimulator('reader', mspId)
    onTestFinished(() => simulator.done())
    const results = await query(simulator)
    const found: string[] = []
    for (let one = await results.next(); one !== undefined; one = await results.next()) found.push(one.key)
    expect(() => simulator.setState(NS, 'k', Buffer.from('v'))).toThrow(
      'unsuppored transaction. Transaction has already performed queries on pvt data. Writes are not allowed',
    )
    expect(simulator.results().readWriteSet.namespaces.map(({ namespace }) => namespace)).toEqual(['_lifecycle'])
    return found
  }
  const range = (simulator: TxSimulator) => Promise.resolve(simulator.getPrivateDataRange(NS, 'one', 'a', 'c'))
  const rich = (simulator: TxSimulator) =>
    simulator.executeQueryOnPrivateData(NS, 'one', '{"selector":{"n":{"$gt":1}}}')
  expect(await keys('Org1MSP', range)).toEqual(['a', 'b'])
  expect(await keys('Org2MSP', range)).toEqual([])
  expect(await keys('Org1MSP', rich)).toEqual(['b'])
  expect(await keys('Org2MSP', rich)).toEqual([])
  const writer = ledger.newTxSimulator('writer')
  onTestFinished(() => writer.done())
  writer.setPrivateData(NS, 'one', 'k', Buffer.from('v'))
  expect(() => writer.getPrivateDataRange(NS, 'one', '', '')).toThrow(
    'txid [writer]: unsuppored transaction. Queries on pvt data is supported only in a read-only transaction',
  )
})

test('a value lives for as many blocks as its collection says, unless it is written again', async () => {
  const { ledger } = await open()
  const { number } = await putPrivate(ledger, 'brief', { k: '1', again: '1' })
  await putPrivate(ledger, 'brief', { again: '2' })
  await put(ledger, { x: '1' })
  expect([value(ledger, 'brief', 'k'), value(ledger, 'brief', 'again')]).toEqual(['1', '2'])
  expect((await put(ledger, { x: '2' })).number).toBe(number + 3)
  expect([value(ledger, 'brief', 'k'), hash(ledger, 'brief', 'k')]).toEqual([undefined, undefined])
  expect(value(ledger, 'brief', 'again')).toBe('2')
  await put(ledger, { x: '3' })
  expect(value(ledger, 'brief', 'again')).toBeUndefined()
})

test('all of it is there after a restart, the schedule too', async () => {
  const first = await open()
  await putPrivate(first.ledger, 'brief', { k: '1' })
  await first.close()
  const { ledger } = await open(first.folder)
  expect(value(ledger, 'brief', 'k')).toBe('1')
  for (const x of ['1', '2', '3']) await put(ledger, { x })
  expect(value(ledger, 'brief', 'k')).toBeUndefined()
})

test('a transaction whose private data did not come, or is not what its hashes say, leaves only hashes', async () => {
  const { ledger } = await open()
  const { envelope, txId } = await prepare(ledger, (simulator) =>
    simulator.setPrivateData(NS, 'both', 'k', Buffer.from('1')),
  )
  const other = ledger.newTxSimulator('other')
  other.setPrivateData(NS, 'both', 'k', Buffer.from('forged'))
  ledger.persistPrivate(txId, other.results().privateRwset?.() ?? new Uint8Array())
  other.done()
  await commitBlock(ledger, [envelope])
  expect(hash(ledger, 'both', 'k')).toEqual(sha256('1'))
  expect(() => value(ledger, 'both', 'k')).toThrow('is not available')
})
