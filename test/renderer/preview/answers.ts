import type { LogLine, LogPage, ReadLogs } from '../../../core/contract/log.ts'
import type { CallRecord, CallResult } from '../../../core/contract/call.ts'
import type { CollectionDescription, StateEntry } from '../../../core/contract/world-state.ts'
import type { IdentityDescription, OrganisationDescription } from '../../../core/contract/identity.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { chainHandlers } from './chain.ts'
import { folder, now } from './chaincodes.ts'
import { contract } from './contract.ts'
import type { Scene } from './fake-host.ts'

const ESC = '\u001b'
function logLine(seq: number): LogLine {
  const at = now - (300 - seq) * 820
  const turn = seq % 8
  if (turn === 0) return { seq, at, source: 'peer', text: `block ${seq} committed, 1 transaction valid` }
  if (turn === 1)
    return { seq, at, source: 'build', text: `${ESC}[32mFound 0 errors.${ESC}[0m Watching for file changes.` }
  if (turn === 5) {
    return {
      seq,
      at,
      source: 'build',
      text: `src/assetTransfer.ts(42,9): ${ESC}[31merror${ESC}[0m ${ESC}[90mTS2345${ESC}[0m: Argument of type 'number' is not assignable`,
      places: [{ file: 'src/assetTransfer.ts', line: 42, column: 9 }],
    }
  }
  const base = {
    seq,
    at,
    source: 'chaincode',
    chaincode: 'asset-transfer',
    stream: turn === 6 ? 'stderr' : 'stdout',
  } as const
  return {
    ...base,
    text: `transferring asset${seq} from Michel to Ada at src/assetTransfer.ts:118`,
    places: [{ file: 'src/assetTransfer.ts', line: 118 }],
  }
}

export function logHandlers(total: () => number): Scene['handlers'] {
  const read = ({ filter, from, limit }: ReadLogs): LogPage => {
    const plain = filter.sources === undefined && filter.search === undefined
    const count = total()
    const indexes = plain
      ? undefined
      : [...Array(Math.min(count, 5_000)).keys()].filter((index) => passes(logLine(index + 1), filter))
    const length = indexes?.length ?? count
    const begin = from < 0 ? Math.max(0, length + from) : from
    const lines = []
    for (let at = begin; at < Math.min(length, begin + limit); at += 1) lines.push(logLine((indexes?.[at] ?? at) + 1))
    return { total: length, from: begin, lines }
  }
  const known = ['named', 'alone', 'shared'] as const
  return {
    readLogs: read,
    readLineOwners: (query) =>
      read(query)
        .lines.filter(({ source }) => source === 'chaincode')
        .map(({ seq }) => ({
          seq,
          of: known[seq % 3] ?? 'named',
          call: 4,
          function: 'TransferAsset',
          txId: seq % 7 === 0 ? null : result.txId,
          isRunning: seq % 7 === 0,
        })),
    readCallLogs: () => ({
      lines: [
        { ...logLine(10), of: 'named' },
        { ...logLine(11), of: 'shared' },
      ],
      state: 'complete',
      others: 0,
    }),
  }
}

function passes(line: LogLine, filter: { sources?: string[]; search?: string }): boolean {
  return (
    (filter.sources === undefined || filter.sources.includes(line.source)) &&
    (filter.search === undefined || line.text.toLowerCase().includes(filter.search.toLowerCase()))
  )
}

const asset = (id: number, owner: string): string =>
  JSON.stringify({ ID: `asset${id}`, Color: 'white', Size: 15, Owner: owner, AppraisedValue: 800 })

function entry(index: number): StateEntry {
  if (index < 12) {
    return {
      key: `\u0000owner~id\u0000Ada\u0000asset${index}\u0000`,
      composite: { objectType: 'owner~id', attributes: ['Ada', `asset${index}`] },
      text: '\u0000',
      encoding: 'utf8',
      version: { block: 40 + (index % 8), tx: 0 },
      size: 1,
    }
  }
  const text = asset(index, index % 2 === 0 ? 'Ada' : 'Michel')
  return {
    key: `asset${String(index).padStart(4, '0')}`,
    text,
    encoding: 'utf8',
    version: { block: 3 + (index % 45), tx: index % 3 },
    size: text.length,
  }
}

const certificateFacts = {
  affiliation: [],
  attributes: {},
  issuer: 'C=US, ST=North Carolina, O=Hyperledger, CN=ca.slipway',
  notBefore: now - 86_400_000,
  notAfter: now + 3_650 * 86_400_000,
  certificate: '-----BEGIN CERTIFICATE-----',
  isDefault: false,
  isEndorser: false,
}

function person(name: string, mspId: string, more: Partial<IdentityDescription> = {}): IdentityDescription {
  const role = more.role ?? 'client'
  const subject = `C=US, ST=North Carolina, O=Hyperledger, OU=${role}, CN=${name}`
  const node = `x509::/${subject.replaceAll(', ', '/')}::/C=US/ST=North Carolina/O=Hyperledger/CN=ca.slipway`
  const clientIds = { golang: btoa(node), node, java: `x509::${subject}::${certificateFacts.issuer}` }
  return { ...certificateFacts, id: `${name}@${mspId}`, name, mspId, role, subject, clientIds, ...more }
}

const readIdentities = (): OrganisationDescription[] => [
  {
    mspId: 'Org1MSP',
    isLocal: true,
    caCertificates: [],
    identities: [
      person('peer', 'Org1MSP', { role: 'peer', isEndorser: true }),
      person('User1', 'Org1MSP', { isDefault: true }),
      person('alice', 'Org1MSP', { role: 'admin', attributes: { color: 'blue', level: '3' }, affiliation: ['sales'] }),
      person('mallory', 'Org1MSP', { problem: 'it expired on 2024-03-01' }),
    ],
  },
  {
    mspId: 'Org2MSP',
    isLocal: false,
    caCertificates: [],
    identities: [person('peer', 'Org2MSP', { role: 'peer', isEndorser: true }), person('User1', 'Org2MSP')],
  },
]

const collection: CollectionDescription = {
  name: 'assetDetails',
  members: ['Org1MSP', 'Org2MSP'],
  isImplicit: false,
  blockToLive: 100,
  requiredPeerCount: 0,
  memberOnlyRead: true,
  memberOnlyWrite: false,
}
const collections: CollectionDescription[] = [
  collection,
  { ...collection, name: '_implicit_org_Org1MSP', members: ['Org1MSP'], isImplicit: true, blockToLive: 0 },
]

export function stateHandlers(count: number): Scene['handlers'] {
  return {
    readNamespaces: () => ['asset-transfer', '_lifecycle', 'lscc'],
    readCollections: ({ chaincode }) => (chaincode === 'asset-transfer' ? collections : []),
    readState: ({ namespace, from, prefix, limit }) => {
      if (namespace !== 'asset-transfer') return { entries: [] }
      const all = Array.from({ length: count }, (_, index) => entry(index)).filter(({ key }) =>
        key.startsWith(prefix ?? ''),
      )
      const begin = from === undefined ? 0 : all.findIndex(({ key }) => key === from)
      const next = all[begin + limit]
      return { entries: all.slice(begin, begin + limit), ...(next === undefined ? {} : { next: next.key }) }
    },
    readHistory: ({ key }) =>
      ['Ada', 'Michel', undefined, 'Tomoko'].map((owner, index) => ({
        txId: `7b105d33${index}f00dcafe${index}b5e2acd`,
        at: now - index * 3_600_000,
        isDelete: owner === undefined,
        version: { block: 48 - index * 3, tx: 0 },
        text: owner === undefined ? '' : asset(Number(key.replace(/\D/g, '')), owner),
        encoding: 'utf8' as const,
      })),
  }
}

const result: CallResult = {
  callId: 4,
  txId: '7b105d3349c2f6c1a8acd0d2e7bb0f4c58d2a1e9e0a0be9d8c7f6a5b4c3d2acd',
  kind: 'submit',
  identity: 'User1@Org1MSP',
  status: 200,
  message: '',
  payload: asset(6, 'Michel'),
  payloadEncoding: 'utf8',
  validationCode: 'VALID',
  blockNumber: 48,
  readWriteSet: {
    namespaces: [
      {
        namespace: 'asset-transfer',
        reads: [
          { key: 'asset6', version: { block: 41, tx: 0 } },
          { key: 'asset9', version: null },
        ],
        rangeQueries: [{ start: 'asset1', end: 'asset5', exhausted: true, keys: ['asset1', 'asset2', 'asset3'] }],
        writes: [
          {
            key: 'asset6',
            isDelete: false,
            value: asset(6, 'Ada'),
            valueEncoding: 'utf8',
            before: { text: asset(6, 'Michel'), encoding: 'utf8' },
          },
          { key: '\u0000owner~id\u0000Ada\u0000asset6\u0000', isDelete: false, value: '\u0000', valueEncoding: 'utf8' },
          {
            key: '\u0000owner~id\u0000Michel\u0000asset6\u0000',
            isDelete: true,
            value: '',
            valueEncoding: 'utf8',
            before: { text: 'AA==', encoding: 'base64' },
          },
        ],
        metadataWrites: [],
      },
      {
        namespace: '_lifecycle',
        reads: ['EndorsementInfo', 'Sequence', 'ValidationInfo', 'Collections'].map((field) => ({
          key: `namespaces/fields/asset-transfer/${field}`,
          version: { block: 1, tx: 0 },
        })),
        rangeQueries: [],
        writes: [],
        metadataWrites: [],
      },
    ],
  },
  events: [{ name: 'TransferAsset', payload: asset(6, 'Ada'), payloadEncoding: 'utf8' }],
  hints: [
    {
      name: 'reads-own-write',
      words:
        'ReadAsset("asset6") after the write returned the old value. Fabric shows a transaction’s writes only after it commits.',
      key: 'asset6',
    },
  ],
  times: { startedAt: now - 20_000, executedAt: now - 19_999, durationMs: 6.4, chaincodeMs: 3, commitMs: 1.2 },
  build: 12,
}

const base = { chaincode: 'asset-transfer' }
const calls: CallRecord[] = [
  {
    id: 4,
    request: { ...base, function: 'TransferAsset', args: ['asset6', 'Ada'] },
    kind: 'submit',
    channel: 'mychannel',
    at: now - 20_000,
    pinned: true,
    outcome: { state: 'done', result },
  },
  {
    id: 3,
    request: { ...base, function: 'ReadAsset', args: ['asset99'] },
    kind: 'evaluate',
    channel: 'mychannel',
    at: now - 60_000,
    pinned: false,
    outcome: {
      state: 'done',
      result: {
        ...result,
        callId: 3,
        kind: 'evaluate',
        status: 500,
        message: 'The asset asset99 does not exist',
        payload: '',
        readWriteSet: { namespaces: [] },
        events: [],
        hints: [],
      },
    },
  },
  {
    id: 2,
    request: { ...base, function: 'UpdateAsset', args: ['asset1', 'red'] },
    kind: 'submit',
    channel: 'mychannel',
    at: now - 90_000,
    pinned: false,
    outcome: {
      state: 'done',
      result: {
        ...result,
        callId: 2,
        validationCode: 'MVCC_READ_CONFLICT',
        conflict: {
          namespace: 'asset-transfer',
          key: 'asset1',
          words: 'The key was read at version 41:0 and block 47 changed it before this one committed.',
          byTxId: result.txId,
        },
      },
    },
  },
  {
    id: 1,
    request: { ...base, function: 'Legacy', args: ['one', 'two'] },
    kind: 'submit',
    channel: 'mychannel',
    at: now - 120_000,
    pinned: false,
    outcome: { state: 'done', result: { ...result, callId: 1 } },
  },
]

export const everything: Scene['handlers'] = {
  readIdentities,
  ...logHandlers(() => 240),
  ...stateHandlers(2_400),
  ...chainHandlers(48),
  readContract: () => contract,
  readCalls: () => calls,
  submit: async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 120))
    if (request.function === 'SlowAsset') await new Promise(() => undefined)
    if (request.function === 'DeleteAsset')
      throw new PeerError('EXECUTE_TIMEOUT', { canonicalName: 'asset-transfer:1.0', seconds: 30 })
    return result
  },
  evaluate: () => ({ ...result, kind: 'evaluate', validationCode: undefined, blockNumber: undefined }),
  setMode: () => {
    throw new PeerError('DOCKER_ABSENT', { looked: ['/var/run/docker.sock'] })
  },
  setStartedBy: ({ name, startedBy }, emit) => {
    emit({ type: 'chaincode.changed', name, changes: { startedBy } })
  },
  writeExport: ({ folder: wanted }) => ({ folder: wanted, files: ['profile.json', 'peer.env', 'wallet/User1.id'] }),
  recentFolders: () => [folder, '/home/ada/work/marbles', '/home/ada/src/fabric-samples/token-erc-20/chaincode-go'],
  listFolders: ({ folder: wanted }) => ({
    folder: wanted ?? '/home/ada',
    parent: '/home',
    folders: ['asset-transfer', 'documents', 'marbles', 'src'].map((name) => ({
      name,
      path: `/home/ada/${name}`,
      chaincode: name === 'marbles' || name === 'asset-transfer',
    })),
  }),
}
