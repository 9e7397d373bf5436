import type { LedgerKeys } from './ledger-keys.ts'
import type { ResultsIterator } from './results.ts'
import type { Store, StoreSnapshot } from './store.ts'
import { mapResults, noResults } from './map-results.ts'
import { decodeVersioned, type VersionedValue } from './versioned-value.ts'

export interface VersionedKey extends VersionedValue {
  key: string
}

/** The world state of one channel, as it is now or as a snapshot shows it. */
export interface WorldState {
  get(namespace: string, key: string): VersionedValue | undefined
  /** The same of many keys, in their order. */
  getMany(namespace: string, keys: readonly string[]): Promise<(VersionedValue | undefined)[]>
  /** Start inclusive, end exclusive; end '' is the end of the namespace. In UTF-8 byte order. */
  scan(namespace: string, start: string, end: string): ResultsIterator<VersionedKey>
}

export function worldState(store: Store, keys: LedgerKeys, snapshot?: StoreSnapshot): WorldState {
  return {
    get(namespace, key) {
      const bytes = store.get(keys.state(namespace, key), snapshot)
      return bytes === undefined ? undefined : decodeVersioned(bytes)
    },
    async getMany(namespace, stateKeys) {
      const values = await store.getMany(
        stateKeys.map((key) => keys.state(namespace, key)),
        snapshot,
      )
      return values.map((bytes) => (bytes === undefined ? undefined : decodeVersioned(bytes)))
    },
    scan(namespace, start, end) {
      const from = keys.state(namespace, start)
      const to = end === '' ? keys.stateEnd(namespace) : keys.state(namespace, end)
      // LevelDB's binding rejects a range that starts after its end; Fabric answers with nothing.
      if (Buffer.compare(from, to) >= 0) return noResults
      const iterator = store.iterateTexts({ from, to, snapshot })
      const keyAt = Buffer.from(keys.state(namespace, '')).toString().length
      return mapResults(iterator, ([name, bytes]) => {
        const { version, metadata, value } = decodeVersioned(bytes)
        return { key: name.slice(keyAt), version, metadata, value }
      })
    },
  }
}
