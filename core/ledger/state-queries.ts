import type { IndexDefinition } from '../mango/index-definition.ts'
import type { FindAnswer } from '../mango/find.ts'
import type { Json } from '../mango/json.ts'
import type { KeyUpdate } from './block-updates.ts'
import type { Version } from './ledger.ts'
import type { WorldState } from './world-state.ts'

/**
 * The part of a state database that answers rich queries: CouchDB in Fabric (statedb.VersionedDB). One for a channel.
 * The embedded one keeps indexes in memory; a real CouchDB keeps a copy of the documents.
 */
export interface StateQueries {
  /** In place of those that the namespace had. A private collection is a namespace of its own. */
  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void
  /** Queries of one simulation. Called when its snapshot is taken, before it is known whether there will be any. */
  view(state: WorldState, height: () => number): QueryView
  /** A block is about to be written; `state` does not show it yet. */
  prepare(height: number, updates: Iterable<NamespaceUpdate>, state: WorldState): PreparedUpdate
}

export type NamespaceUpdate = Pick<KeyUpdate, 'value' | 'version'> & { namespace: string; key: string }

export interface PreparedUpdate {
  /** The block is written. */
  done(): void
  /** It could not be written. */
  dropped(): void
}

export interface QueryView {
  /** `_find` with this body. What CouchDB refuses is thrown as a MangoError. */
  find(namespace: string, body: Json): Promise<FindAnswer<Version>>
}
