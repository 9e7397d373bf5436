import type { PeerErrorData } from './error.ts'
import type { Millis } from './state.ts'

export interface CallRequest {
  chaincode: string
  /** In place of the chaincode's own channel. */
  channel?: string
  function: string
  /** Texts as the chaincode gets them; `{ base64 }` for bytes. */
  args: (string | { base64: string })[]
  transient?: Record<string, string | { base64: string }>
  /** Fabric's `--isInit`. */
  isInit?: boolean
  /** In place of the peer's `chaincode.executetimeout`. */
  timeoutMs?: number
  /** Who calls: `alice@Org2MSP`, or `alice` of the peer's own organisation. Default: the peer's default identity. */
  identity?: string
  /**
   * MSP ids of the organisations whose peers endorse, in place of as many as the policies of what is written ask for.
   * Of a submit alone.
   */
  endorsers?: string[]
}

export type Encoding = 'utf8' | 'base64'

/** Bytes as text where they are valid UTF-8, else as base64. */
export interface EncodedBytes {
  text: string
  encoding: Encoding
}

/** The final outcome of a call whose simulation reached the chaincode. Infrastructure failures are thrown instead. */
export interface CallResult {
  callId: number
  txId: string
  kind: 'submit' | 'evaluate'
  /** Who called: `User1@Org1MSP`. */
  identity: string
  /** The chaincode's status: 200 good, ≥ 400 its own error. */
  status: number
  message: string
  payload: string
  payloadEncoding: Encoding
  /** Fabric's name: VALID, MVCC_READ_CONFLICT…; absent where nothing was ordered (evaluate, status ≥ 400). */
  validationCode?: string
  blockNumber?: number
  /** What made it invalid, in words, e.g. the key that a newer block changed. */
  conflict?: { namespace: string; key: string; words: string; byTxId?: string }
  /** Which chaincode's, collection's or key's policy the endorsements do not satisfy. */
  endorsementFailure?: EndorsementFailure
  /** MSP ids of the organisations whose peers endorsed it; absent where nothing was ordered. */
  endorsers?: string[]
  readWriteSet: ReadWriteSet
  /** How its rich queries were answered, in their order; absent where there were none. */
  queries?: QueryReport[]
  /** One at most: Fabric keeps the last SetEvent. Dropped for status ≥ 400. */
  events: CallEvent[]
  /** What an author would want told: writes dropped by evaluate, a read of its own write… */
  hints: Hint[]
  times: CallTimes
  /** Build that answered; undefined for a process that the author started. */
  build?: number
}

/** Why a transaction may not be committed as it is endorsed. */
export interface EndorsementFailure {
  code: 'ENDORSEMENT_POLICY_FAILURE' | 'INVALID_CHAINCODE'
  /** The chaincode whose rule is broken. */
  namespace: string
  /** What of it has the rule, where it is not all of it. */
  collection?: string
  /** In a collection, the text of its hash. */
  key?: string
  /** The policy as it is written; absent where there is no such chaincode or collection. */
  policy?: string
  /** MSP ids of those who endorsed. */
  endorsers: string[]
  words: string
}

export interface CallTimes {
  startedAt: Millis
  /** When the transaction was sent to the chaincode: later than `startedAt` where it had to be launched first. */
  executedAt: Millis
  durationMs: Millis
  /** In the chaincode: from TRANSACTION to COMPLETED less the time the peer took to answer its requests. */
  chaincodeMs: Millis
  /** Ordering, validation and the synced commit. */
  commitMs: Millis
}

export interface CallEvent {
  name: string
  payload: string
  payloadEncoding: Encoding
}

/** `class-transformer`: the installed release breaks fabric-contract-api, and the words say how to pin it. */
export type HintName =
  | 'writes-dropped'
  | 'reads-own-write'
  | 'empty-value-deletes'
  | 'not-deterministic'
  | 'class-transformer'
  | 'query-warning'

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
    /** Private collections, with the plain keys and values that only their members see; absent where there are none. */
    collections?: CollectionReadWriteSet[]
  }[]
}

/** `before` is the committed value at simulation time; absent where there was none. */
export interface DescribedWrite {
  key: string
  isDelete: boolean
  value: string
  valueEncoding: Encoding
  before?: EncodedBytes
}

export interface CollectionReadWriteSet {
  name: string
  reads: { key: string; version: KeyVersionRef | null }[]
  /** `isPurge`: its past goes with it. */
  writes: (DescribedWrite & { isPurge?: boolean })[]
  metadataWrites: string[]
}

/** How a rich query was answered. */
export interface QueryReport {
  namespace: string
  /** The private collection that was asked; absent for the public state. */
  collection?: string
  /** As the chaincode asked it. */
  query: string
  /** `ddoc/name` of the index that served it; absent where all documents were gone through. */
  index?: string
  /** Documents looked at. */
  examined: number
  /** Documents given to the chaincode. */
  returned: number
  /** CouchDB's own: no matching index, a poor one, or one that was asked for and could not be used. */
  warnings: string[]
}

export interface CallRecord {
  id: number
  request: CallRequest
  kind: 'submit' | 'evaluate'
  channel: string
  /** Who called: `User1@Org1MSP`; not known of calls that earlier versions recorded. */
  identity?: string
  at: Millis
  pinned: boolean
  /** Who sent it, where it was not the author: `metadata`. */
  outcome:
    | { state: 'running' }
    | { state: 'done'; result: CallResult }
    | { state: 'failed'; error: PeerErrorData; durationMs: Millis }
}
