import type { QueryReport } from '../contract/call.ts'
import type { StateComparison } from '../contract/undo.ts'
import type { KeyVersion, ReadHistory, ReadState, StatePage } from '../contract/world-state.ts'
import type { IndexDefinition } from '../mango/index-definition.ts'
import type { Collection } from '../privdata/collection.ts'
import type { BlockReads } from './block-reads.ts'
import type { DueExpiry } from './expiry-schedule.ts'
import type { BlockPrivateSet } from './private-sets-by-block.ts'
import type { KeyModificationRecord, KeyValue, QueryPage, RangePage, ResultsIterator } from './results.ts'
import type { SimulationNotes } from './simulation-notes.ts'
import type { SimulationResults } from './simulation-results.ts'
import type { LedgerUndo } from './undo/channel-undo.ts'
import type { ComparedPoints } from './undo/compare-points.ts'
import type { ValidatedBlock } from './validated-block.ts'
import type { WholeState } from './whole-state.ts'
import type { WorldState } from './world-state.ts'

/** A key that CouchDB refuses, or refuses with this value, and why, in Fabric's words. */
export interface CouchDBRefusal {
  key: string
  reason: string
}

/**
 * Fabric's TxSimulator: one transaction's view of the ledger (core/ledger/kvledger/txmgmt/txmgr/tx_simulator.go).
 * Reads see a snapshot of the committed state and never the transaction's own writes; everything read and
 * written is recorded. After `done()` nothing else may be called. The chaincode's mistakes are thrown as plain Errors with
 * Fabric's own text, which is forwarded to the chaincode unchanged.
 */
export interface TxSimulator {
  /** The committed value; undefined if the key doesn't exist. Recorded as a read. */
  getState(namespace: string, key: string): Uint8Array | undefined
  /** A zero-length value is a delete, as in Fabric. Throws after a paginated query. */
  setState(namespace: string, key: string, value: Uint8Array): void
  deleteState(namespace: string, key: string): void
  /** Start inclusive, end exclusive ('' to the end of the namespace), in UTF-8 byte order. Recorded for phantom validation. */
  getStateRange(namespace: string, start: string, end: string): ResultsIterator<KeyValue>
  /** Only in a read-only transaction. */
  getStateRangePage(namespace: string, start: string, end: string, pageSize: number): Promise<RangePage>
  /**
   * A rich query in CouchDB's language: `{"selector": …}`. What it finds is recorded as read. Throws in Fabric's words
   * what CouchDB refuses, and if the state database has no rich queries.
   */
  executeQuery(namespace: string, query: string): Promise<ResultsIterator<KeyValue>>
  /** Only in a read-only transaction. */
  executeQueryWithPagination(namespace: string, query: string, page: QueryPage): Promise<RangePage>
  getStateMetadata(namespace: string, key: string): ReadonlyMap<string, Uint8Array>
  /** Replaces all other metakeys of the key, as in Fabric. */
  setStateMetadata(namespace: string, key: string, metadata: ReadonlyMap<string, Uint8Array>): void
  /**
   * A private value; undefined if the key doesn't exist. Throws in Fabric's words if the collection is unknown, or if
   * this peer lacks the value because its organisation isn't a member. Recorded as a read of the hash.
   */
  getPrivateData(namespace: string, collection: string, key: string): Uint8Array | undefined
  /** The same of many keys, but undefined where this peer lacks a value, read as a key that doesn't exist. */
  getPrivateDataMultipleKeys(namespace: string, collection: string, keys: readonly string[]): (Uint8Array | undefined)[]
  /** sha256 of the value, for members and others. */
  getPrivateDataHash(namespace: string, collection: string, key: string): Uint8Array | undefined
  getPrivateDataMetadata(namespace: string, collection: string, key: string): ReadonlyMap<string, Uint8Array>
  setPrivateData(namespace: string, collection: string, key: string, value: Uint8Array): void
  deletePrivateData(namespace: string, collection: string, key: string): void
  /** A delete that is recorded as a purge. */
  purgePrivateData(namespace: string, collection: string, key: string): void
  setPrivateDataMetadata(
    namespace: string,
    collection: string,
    key: string,
    metadata: ReadonlyMap<string, Uint8Array>,
  ): void
  /** Only in a transaction that writes nothing. Not recorded. */
  getPrivateDataRange(namespace: string, collection: string, start: string, end: string): ResultsIterator<KeyValue>
  executeQueryOnPrivateData(namespace: string, collection: string, query: string): Promise<ResultsIterator<KeyValue>>
  /** The collection's definition; also the implicit one of any organisation. */
  collection(namespace: string, name: string): Collection | undefined
  /** Newest first, deletes included; not recorded. */
  getHistoryForKey(namespace: string, key: string): ResultsIterator<KeyModificationRecord>
  /** What was read and written so far. */
  results(): SimulationResults
  /** How the rich queries were answered. */
  queries(): QueryReport[]
  /** For a hint: keys read again after they were written in this transaction. */
  ownWritesRead(): { namespace: string; key: string }[]
  /** For a hint: keys put with an empty value, which deletes them. */
  emptyWrites(): { namespace: string; key: string }[]
  /** For a hint, where the state database stands for CouchDB: what CouchDB would have refused. */
  couchDBRefusals(): CouchDBRefusal[]
  /** For a hint, likewise: the ends of ranges whose last page was read, which CouchDB gives as bookmarks. */
  lastPages(): string[]
  /** For hints. Whoever handles a request adds to it. */
  readonly notes: SimulationNotes
  /** Collections whose values were read. */
  privateReads(): { namespace: string; collection: string }[]
  /**
   * The same state as another organisation's peer sees it, for the same transaction: peers of one height endorse the
   * same reads. It is of use until this one is done.
   */
  forPeer(mspId: string): TxSimulator
  /** Release the snapshot and any open iterators. Idempotent. */
  done(): void
}

/** One channel's ledger: blocks, world state and history in one LevelDB. */
export interface Ledger {
  readonly channel: string
  readonly blocks: BlockReads
  /** As the newest block left it. */
  readonly state: WorldState
  readonly undo: LedgerUndo
  /** Number of blocks. */
  height(): number
  /** `mspId`: whose peer simulates, which decides what private data it sees; default: that of all organisations. */
  newTxSimulator(txId: string, mspId?: string): TxSimulator
  /** Whether a block has a transaction of this id, valid or not. */
  hasTransaction(txId: string): boolean
  /** Keep the private data of an endorsed transaction until its block comes (Fabric's transient store). */
  persistPrivate(txId: string, privateRwset: Uint8Array): void
  persistedPrivate(txId: string): Uint8Array | undefined
  /**
   * What a transaction read in this block or a later one was taken back after it was simulated, whatever has that
   * version now. Infinity: nothing was.
   */
  soundBelow(txId: string): number
  /** The private data of a block that hasn't expired and isn't purged, of all collections. Throws LEDGER_READ. */
  privateSets(block: number): Promise<BlockPrivateSet[]>
  /** The collections of a chaincode, the implicit ones included. */
  collections(namespace: string): Collection[]
  /** Replaces the indexes of a chaincode. */
  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void
  /** Throws what the state database refuses, in its words. */
  validateKeyValue(key: string, value: Uint8Array): void
  /** The private data that expires with this block. */
  dueExpiries(block: number): Promise<DueExpiry[]>
  /** Store the next block in one atomic, synced batch; one call at a time. Throws LEDGER_WRITE, LEDGER_CLOSED. */
  store(block: ValidatedBlock): Promise<void>
  /** Begin an empty channel with this block, which another peer made. Throws LEDGER_WRITE. */
  join(genesis: Uint8Array): Promise<void>
  /** Namespaces that have state. */
  namespaces(): Promise<string[]>
  /**
   * Every key that has a value, public or private, as it is now or as it was at a point. Throws LEDGER_READ, and for a
   * point what `readState` throws.
   */
  wholeState(point?: string, signal?: AbortSignal): Promise<WholeState>
  /** Throws REWIND_HEIGHT, REWIND_TOO_FAR, CHECKPOINT_UNKNOWN, BRANCH_UNKNOWN. */
  compareStates(points: ComparedPoints): Promise<StateComparison>
  /**
   * Throws COLLECTION_UNKNOWN, QUERY_REFUSED; for a point REWIND_HEIGHT, REWIND_TOO_FAR, CHECKPOINT_UNKNOWN,
   * BRANCH_UNKNOWN, PAST_STATE_FAR, and the signal's reason.
   */
  readState(query: Omit<ReadState, 'channel'>, signal?: AbortSignal): Promise<StatePage>
  /** Newest first. */
  readHistory(query: Omit<ReadHistory, 'channel'>): Promise<KeyVersion[]>
}
