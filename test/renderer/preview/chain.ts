import type { BlockDetail, BlockRow, CommittedEvent, TransactionDetail } from '../../../core/contract/blocks.ts'
import { now } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'

const hash = (seed: string): string => seed.repeat(64).slice(0, 64)
const creator = { mspId: 'Org1MSP', name: 'User1' }
const asset = '{"ID":"asset6","Color":"white","Size":15,"Owner":"Ada","AppraisedValue":800}'

/** The configuration, then transactions of each kind: valid, in conflict, with private data, without an event. */
function transaction(block: number, tx: number): TransactionDetail {
  const txId = `${String(block).padStart(4, '0')}${tx}${hash('7b105d33c0ffee')}`.slice(0, 64)
  const base = { txId, channel: 'mychannel', at: now - (48 - block) * 60_000, creator, endorsers: [] }
  if (block === 0)
    return { ...base, type: 'CONFIG', validationCode: 'VALID', config: { capabilities: ['V3_0', 'V2_5'] } }
  return {
    ...base,
    type: 'ENDORSER_TRANSACTION',
    validationCode: tx === 1 ? 'MVCC_READ_CONFLICT' : 'VALID',
    chaincode: 'asset-transfer',
    function: tx === 1 ? 'UpdateAsset' : 'TransferAsset',
    args: ['asset6', tx === 1 ? { base64: '/wABAg==' } : 'Ada'],
    response: { status: 200, payload: asset },
    endorsers: [{ mspId: 'Org1MSP', name: 'peer' }],
    event: { name: 'TransferAsset', payload: asset },
    readWriteSet: [
      {
        namespace: 'asset-transfer',
        reads: [
          { key: 'asset6', version: { block: 3, tx: 0 } },
          { key: 'asset9', version: null },
        ],
        writes: [
          { key: 'asset6', value: asset },
          { key: '\u0000owner~id\u0000Michel\u0000asset6\u0000', isDelete: true },
        ],
        metadataWrites: [{ key: 'asset6', names: ['VALIDATION_PARAMETER'] }],
        collections: [
          {
            name: 'assetDetails',
            reads: [{ keyHash: hash('ab'), version: null }],
            writes: [{ keyHash: hash('cd'), valueHash: hash('ef') }],
          },
        ],
      },
    ],
  }
}

function block(number: number): BlockRow & { transactions: TransactionDetail[] } {
  const count = number % 5 === 4 ? 3 : 1
  return { number, bytes: 4_200, transactions: Array.from({ length: count }, (_, tx) => transaction(number, tx)) }
}

const detail = (number: number): BlockDetail => ({
  number,
  hash: hash('0a'),
  previousHash: number === 0 ? '' : hash('1b'),
  dataHash: hash('2c'),
  commitHash: hash('3d'),
  lastConfig: 0,
  signedBy: [{ mspId: 'OrdererMSP', name: 'orderer' }],
  transactions: block(number).transactions,
})

/** A chain of so many blocks, and the events in it. */
export function chainHandlers(height: number): Scene['handlers'] {
  const events: CommittedEvent[] = Array.from({ length: Math.max(0, height - 1) }, (_, index) => ({
    block: height - 1 - index,
    tx: 0,
    txId: transaction(height - 1 - index, 0).txId,
    at: now - index * 60_000,
    chaincode: 'asset-transfer',
    function: 'TransferAsset',
    name: 'TransferAsset',
    payload: index === 2 ? { base64: '/wABAg==' } : asset,
  }))
  return {
    readBlocks: ({ from, limit }) => {
      const first = Math.min(from, height - 1)
      return Array.from({ length: Math.max(0, Math.min(limit, first + 1)) }, (_, index) => block(first - index))
    },
    readBlock: ({ number }) => (number < height ? detail(number) : undefined),
    readCheckpoints: () => [
      { name: 'before the sale', height: 12, id: 'a1'.repeat(32), at: now - 900_000, isOnChain: true },
      { name: 'a fleet of '.repeat(8).trim(), height: 40, id: 'b2'.repeat(32), at: now - 9_000_000, isOnChain: false },
    ],
    readScenarios: () => [{ name: 'sell', title: 'An asset changes hands' }],
    readBranches: () => [
      { id: 'c3'.repeat(32), height: height + 3, fork: height, at: now - 60_000 },
      { id: 'b2'.repeat(32), height: 41, fork: 40, at: now - 8_000_000 },
    ],
    compareStates: ({ from, to }) => {
      const text = (value: string) => ({ text: value, encoding: 'utf8' as const })
      const namespace = 'asset'
      const changes = [
        {
          namespace,
          key: 'asset1',
          before: text('{"color":"red","size":5}'),
          after: text('{"color":"blue","size":5}'),
        },
        { namespace, key: 'asset2', before: null, after: text('{"color":"green"}'), policy: true as const },
        { namespace, key: 'a long key '.repeat(12), before: text('x'.repeat(300)), after: null },
        { namespace, collection: 'prices', key: 'asset1', before: text('100'), after: text('120') },
        {
          namespace,
          collection: 'prices',
          key: 'kH1'.repeat(14),
          hashed: true as const,
          before: null,
          after: text('ab'.repeat(32)),
        },
      ]
      return { from: Number(from), to: to === undefined ? height : Number(to), total: 1205, changes }
    },
    rewind: ({ height: to }) => ({ from: height, height: to, branch: 'd4'.repeat(32) }),
    readEvents: ({ name, before }) => ({
      events: before === undefined ? events.filter((event) => event.name.includes(name ?? '')) : [],
    }),
  }
}
