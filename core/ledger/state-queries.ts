import type { IndexDefinition } from '../mango/index-definition.ts'
import type { FindAnswer } from '../mango/find.ts'
import type { Json } from '../mango/json.ts'
import type { KeyUpdate } from './block-updates.ts'
import type { Version } from './results.ts'
import type { WorldState } from './world-state.ts'

/**
 * The part of a state database that answers rich queries: CouchDB in Fabric (statedb.VersionedDB). One for a channel.
 * The embedded one keeps indexes in memory; a real CouchDB keeps a copy of the documents.
 */
export interface StateQueries {
  /** Documents that one `_find` is asked for (core.yaml, couchDBConfig.internalQueryLimit); else Fabric's default. */
  internalQueryLimit?: number
  /**
   * Of every key that is read, and of every key and value that are written. Throws what the state database refuses, in
   * its words.
   */
  validateKeyValue?(key: string, value: Uint8Array | undefined): void
  /** In place of those that the namespace had. A private collection is a namespace of its own. */
  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void
  /** Queries of one simulation. Called when its snapshot is taken, before it is known whether there will be any. */
  view(state: WorldState, height: () => number): QueryView
  /** A block is about to be written; `state` does not show it yet. */
  prepare(height: number, updates: Iterable<NamespaceUpdate>, state: WorldState): PreparedUpdate
}

/** What an engine is told of the channel it is for. */
export interface QueriedChannel {
  readonly name: string
  /** Number of blocks now. */
  readonly height: number
  /** The committed state and the number of its blocks, until it is closed. */
  snapshot(): { state: WorldState; height: number; close(): void }
  /** Those that have state, also of private collections and of their hashes. */
  namespaces(): Promise<string[]>
  /** Hash of a block's header, in hexadecimal; undefined where there is no such block. */
  headerHash(block: number): string | undefined
}

export type NamespaceUpdate = Pick<KeyUpdate, 'value' | 'version' | 'metadata'> & { namespace: string; key: string }

export interface PreparedUpdate {
  /** The block is written. */
  done(): void
  /** It could not be written. */
  dropped(): void
}

export interface QueryView {
  /** `_find` with this body. What CouchDB refuses is thrown as a MangoError. */
  find(namespace: string, body: Json): Promise<FindAnswer<Version>>
  /** The simulation is over. Idempotent. */
  close(): void
}
