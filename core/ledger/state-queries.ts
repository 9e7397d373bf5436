import type { IndexDefinition } from '../mango/index-definition.ts'
import type { FindAnswer } from '../mango/find.ts'
import type { Json } from '../mango/json.ts'
import type { KeyUpdate } from './block-updates.ts'
import type { Version } from './results.ts'
import type { WorldState } from './world-state.ts'

/**
 * The part of a channel's state database that answers rich queries: CouchDB in Fabric (statedb.VersionedDB). The
 * embedded engine keeps indexes in memory; a real CouchDB keeps a copy of the documents.
 */
export interface StateQueries {
  /** Documents that one `_find` asks for (core.yaml, couchDBConfig.internalQueryLimit); undefined: Fabric's default. */
  internalQueryLimit?: number
  /**
   * Called with every key that is read or written. Throws what the state database refuses, in its words; absent if it
   * refuses nothing.
   */
  validateKeyValue?(key: string, value: Uint8Array | undefined): void
  /** For an engine that stands for CouchDB and refuses nothing: what CouchDB says there, for a hint. */
  refusalOf?(key: string, value: Uint8Array | undefined): string | undefined
  /** The bookmark of the last page of a range; absent: it is empty, as LevelDB's is. */
  lastBookmark?(end: string): string
  /** Replaces the namespace's indexes. A private collection is a namespace of its own. */
  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void
  /** The queries of one simulation. Called when its snapshot is taken, whether or not any will follow. */
  view(state: WorldState, height: () => number): QueryView
  /** A block is about to be written; `state` does not show it yet. */
  prepare(height: number, updates: Iterable<NamespaceUpdate>, state: WorldState): PreparedUpdate
  /**
   * The channel is about to be taken to another block, back or forward; `state` does not show it yet. `updates`
   * undefined: anything may have changed.
   */
  jump(height: number, updates: readonly NamespaceUpdate[] | undefined, state: WorldState): PreparedUpdate
}

/** The channel, as an engine sees it. */
export interface QueriedChannel {
  readonly name: string
  /** Number of blocks. */
  readonly height: number
  /** How often it was taken to another block. */
  moves(): number
  /** The committed state and the number of its blocks, until it is closed; `moves` as it was then. */
  snapshot(): { state: WorldState; height: number; moves: number; close(): void }
  /** Those that have state, including those of private collections and their hashes. */
  namespaces(): Promise<string[]>
  /** Hash of a block's header, in hexadecimal; undefined if the block doesn't exist. */
  headerHash(block: number): string | undefined
}

export type NamespaceUpdate = Pick<KeyUpdate, 'value' | 'version' | 'metadata'> & { namespace: string; key: string }

export interface PreparedUpdate {
  /** The block has been written. */
  done(): void
  /** The block couldn't be written. */
  dropped(): void
}

export interface QueryView {
  /** `_find` with this body. What CouchDB refuses is thrown as a MangoError. */
  find(namespace: string, body: Json): Promise<FindAnswer<Version>>
  /** The simulation is over. Idempotent. */
  close(): void
}
