import type { PeerErrorData } from './error.ts'
import type { Millis } from './time.ts'

export interface CallRequest {
  chaincode: string
  /** Default: the chaincode's own channel. */
  channel?: string
  function: string
  /** Text exactly as the chaincode gets it; `{ base64 }` for bytes. */
  args: (string | { base64: string })[]
  transient?: Record<string, string | { base64: string }>
  /** Fabric's `--isInit`. */
  isInit?: boolean
  /** Default: the peer's `chaincode.executetimeout`. */
  timeoutMs?: number
  /**
   * The caller: `alice@Org2MSP`. `alice` alone is that of the peer's own organisation, or of the only other one that has
   * one. Default: the peer's default identity.
   */
  identity?: string
  /** The caller's own mark, kept with the record of the call: to find it by while it runs. */
  mark?: string
  /** MSP ids of the organisations whose peers endorse. Default: as many as the policies require. Submit only. */
  endorsers?: string[]
}

export type Encoding = 'utf8' | 'base64'

/** Bytes as text if they are valid UTF-8, otherwise as base64. */
export interface EncodedBytes {
  text: string
  encoding: Encoding
}

/** The final outcome of a call that reached the chaincode. Infrastructure failures are thrown instead. */
export interface CallResult {
  callId: number
  txId: string
  kind: 'submit' | 'evaluate'
  /** The caller: `User1@Org1MSP`. */
  identity: string
  /** The chaincode's status: 200 is success, ≥ 400 its own error. */
  status: number
  message: string
  payload: string
  payloadEncoding: Encoding
  /** Fabric's name: VALID, MVCC_READ_CONFLICT…; absent if nothing was ordered (evaluate, status ≥ 400). */
  validationCode?: string
  blockNumber?: number
  /** What made it invalid, for example the key that a newer block changed. */
  conflict?: { namespace: string; key: string; words: string; byTxId?: string | undefined }
  /** The policy, of a chaincode, collection or key, that the endorsements don't satisfy. */
  endorsementFailure?: EndorsementFailure
  /** MSP ids of the organisations whose peers endorsed it; absent if nothing was ordered. */
  endorsers?: string[]
  readWriteSet: ReadWriteSet
  /** How its rich queries were answered, in order; absent if it made none. */
  queries?: QueryReport[]
  /** At most one: Fabric keeps the last SetEvent. Dropped if status ≥ 400. */
  events: CallEvent[]
  /** What the author should know: writes dropped by evaluate, a read of its own write… */
  hints: Hint[]
  times: CallTimes
  /** The build that answered; undefined for a process that the author started. */
  build?: number
}

/** Why the endorsements of a transaction don't suffice to commit it. */
export interface EndorsementFailure {
  code: 'ENDORSEMENT_POLICY_FAILURE' | 'INVALID_CHAINCODE'
  /** The chaincode whose policy isn't satisfied. */
  namespace: string
  /** Set if the policy is a collection's or one of its keys'. */
  collection?: string | undefined
  /** Set if the policy is a key's; in a collection, the text of the key's hash. */
  key?: string | undefined
  /** The policy as written; absent if the chaincode or collection doesn't exist. */
  policy?: string | undefined
  /** MSP ids of the organisations that endorsed. */
  endorsers: string[]
  words: string
}

export interface CallTimes {
  startedAt: Millis
  /** When the transaction was sent to the chaincode; later than `startedAt` if it had to be launched first. */
  executedAt: Millis
  durationMs: Millis
  /** In the chaincode: from TRANSACTION to COMPLETED, minus the peer's time to answer its requests. */
  chaincodeMs: Millis
  /** Ordering, validation and the synced commit. */
  commitMs: Millis
}

export interface CallEvent {
  name: string
  payload: string
  payloadEncoding: Encoding
}

/** `nearest-function`: the contract has no function of that name, but one that is nearly called so. `class-transformer`: the installed release breaks fabric-contract-api; the hint says how to pin it. */
export type HintName =
  | 'writes-dropped'
  | 'reads-own-write'
  | 'empty-value-deletes'
  | 'batch-order'
  | 'class-transformer'
  | 'nearest-function'
  | 'wrote-nothing'
  /** A policy of its own for a key that has no value. */
  | 'policy-lost'
  /** A called chaincode of another channel wrote. */
  | 'writes-elsewhere'
  /** A called chaincode set an event. */
  | 'callee-event'
  /** Its function sets more than one event. */
  | 'event-replaced'
  /** The peer has only the hashes of what it read. */
  | 'hashes-only'
  /** A file of metadata that no peer reads. */
  | 'metadata-unread'
  | 'query-warning'
  | 'couchdb-refuses'
  | 'couchdb-bookmark'

export interface Hint {
  name: HintName
  words: string
  key?: string
}

export interface KeyVersionRef {
  block: number
  tx: number
}

export interface ReadWriteSet {
  namespaces: {
    namespace: string
    reads: { key: string; version: KeyVersionRef | null }[]
    rangeQueries: { start: string; end: string; exhausted: boolean; keys: string[] }[]
    writes: DescribedWrite[]
    metadataWrites: { key: string; names: string[] }[]
    /** Private collections, with the plain keys and values that only members see; absent if it used none. */
    collections?: CollectionReadWriteSet[] | undefined
  }[]
}

/** `before` is the committed value at simulation time; absent if the key didn't exist. */
export interface DescribedWrite {
  key: string
  isDelete: boolean
  value: string
  valueEncoding: Encoding
  before?: EncodedBytes | undefined
}

export interface CollectionReadWriteSet {
  name: string
  reads: { key: string; version: KeyVersionRef | null }[]
  /** `isPurge`: the key's history is removed too. */
  writes: (DescribedWrite & { isPurge?: boolean | undefined })[]
  metadataWrites: string[]
}

/** How a rich query was answered. */
export interface QueryReport {
  namespace: string
  /** The private collection it queried; absent for public state. */
  collection?: string | undefined
  /** As the chaincode wrote it. */
  query: string
  /** `ddoc/name` of the index that served it; absent if every document was scanned. */
  index?: string | undefined
  /** Documents examined. */
  examined: number
  /** Documents returned to the chaincode. */
  returned: number
  /** CouchDB's own: no matching index, an inefficient one, or a requested one that couldn't be used. */
  warnings: string[]
}

/** `service`: `gateway.Gateway` or `protos.Endorser`. `address`: the client's `host:port`. */
export interface CallClient {
  service: string
  address: string
}

export interface CallRecord {
  id: number
  request: CallRequest
  kind: 'submit' | 'evaluate'
  channel: string
  /** The caller: `User1@Org1MSP`; absent from calls that earlier versions recorded. */
  identity?: string
  /** The client application that made it, by its service and address; absent from calls made in Slipway. */
  client?: CallClient | undefined
  at: Millis
  pinned: boolean
  /** It was committed, and the channel was taken back behind its block since. */
  takenBack?: true
  outcome:
    | { state: 'running' }
    | { state: 'done'; result: CallResult }
    | { state: 'failed'; error: PeerErrorData; durationMs: Millis }
}
