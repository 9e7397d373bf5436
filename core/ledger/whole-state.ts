import { hashedKey, hashedNamespace, parseDerived } from '../privdata/namespaces.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import { sha256 } from './private-rwset-proto.ts'
import { decodeSavepoint } from './savepoint.ts'
import type { Store, StoreSnapshot } from './store.ts'
import { decodeMetadata, decodeVersioned } from './versioned-value.ts'
import { worldState, type WorldState } from './world-state.ts'

/** A key of the state, public or of a private collection, with its metadata. */
export interface StateRow {
  namespace: string
  collection: string | undefined
  key: string
  value: Uint8Array
  metadata: ReadonlyMap<string, Uint8Array>
}

/** A channel's state after so many blocks. */
export interface WholeState {
  height: number
  /** By namespace and key. Must be read, to its end or not. Throws LEDGER_READ. */
  rows: AsyncIterable<StateRow>
}

/** All of a channel's state that this peer has values of, as it is now. Throws LEDGER_READ. */
export function wholeState(store: Store, keys: LedgerKeys): WholeState {
  const snapshot = store.snapshot()
  const { height } = decodeSavepoint(store.get(keys.savepoint, snapshot))
  return { height, rows: rowsIn(store, keys, snapshot) }
}

async function* rowsIn(store: Store, keys: LedgerKeys, snapshot: StoreSnapshot): AsyncGenerator<StateRow> {
  const state = worldState(store, keys, snapshot)
  const iterator = store.iterate({ from: keys.state('', ''), to: keys.stateEnd(), snapshot })
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const { namespace: stored, key } = keys.parseState(entry[0])
      const derived = parseDerived(stored)
      if (derived?.kind === 'hashed') continue
      const { value, metadata } = decodeVersioned(entry[1])
      if (derived === undefined) {
        yield { namespace: stored, collection: undefined, key, value, metadata: decodeMetadata(metadata) }
        continue
      }
      const place = { namespace: derived.namespace, collection: derived.collection, key }
      yield { ...place, value, metadata: decodeMetadata(metadataAt(state, place)) }
    }
  } finally {
    await iterator.close()
    snapshot.close()
  }
}

/** The marshalled metadata of a key; empty if it has none. That of a private key is public: it belongs to the key's hash. */
export function metadataAt(
  state: Pick<WorldState, 'get'>,
  { namespace, collection, key }: Pick<StateRow, 'namespace' | 'collection' | 'key'>,
): Uint8Array {
  const entry =
    collection === undefined
      ? state.get(namespace, key)
      : state.get(hashedNamespace(namespace, collection), hashedKey(sha256(key)))
  return entry?.metadata ?? new Uint8Array()
}
