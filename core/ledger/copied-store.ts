import { PeerError } from '../contract/error.ts'
import { mergedIterator } from './merged-iterator.ts'
import type { StoreIterator, StoreOperation } from './store-entries.ts'
import type { Store, StoreRange, StoreSnapshot } from './store.ts'
import { newVersions, type Versions } from './versions.ts'

/** What a copy begins with. */
interface CopyBegins {
  /** The store as it was then; closed with the copy. Default: as it is now. */
  base?: StoreSnapshot
  /** What is written over it already. */
  written?: Versions
}

/**
 * A copy of a store as it is now that costs nothing to make: what is written to it stays in memory and is dropped with
 * it. The store itself is only read, through a snapshot that is held until the copy is closed.
 */
export function copiedStore(
  store: Store,
  { base = store.snapshot(), written = newVersions() }: CopyBegins = {},
): Store {
  const versions = new WeakMap<StoreSnapshot, number>()
  let isClosed = false

  const mustBeOpen = () => {
    if (isClosed) throw new PeerError('LEDGER_CLOSED', {})
  }
  const versionOf = (snapshot: StoreSnapshot | undefined) =>
    snapshot === undefined ? written.version() : (versions.get(snapshot) ?? written.version())
  const get = (key: Uint8Array, snapshot?: StoreSnapshot) => {
    mustBeOpen()
    const entry = written.find(key, versionOf(snapshot))
    return entry === undefined ? store.get(key, base) : entry.value
  }
  const iterate = (range: StoreRange): StoreIterator => {
    mustBeOpen()
    const { snapshot, limit: _limit, ...rest } = range
    const iterator = mergedIterator(store.iterate({ ...rest, snapshot: base }), written, {
      ...range,
      version: versionOf(snapshot),
    })
    snapshot?.iterators.add(iterator)
    return iterator
  }
  const snapshotAt = (version: number): StoreSnapshot => {
    const iterators = new Set<StoreIterator<unknown>>()
    const snapshot: StoreSnapshot = {
      level: base.level,
      iterators,
      share: () => snapshotAt(version),
      isUsable: () => base.isUsable(),
      close: () => {
        for (const iterator of iterators) void iterator.close()
        iterators.clear()
      },
    }
    versions.set(snapshot, version)
    return snapshot
  }
  return {
    get,
    getMany: async (keys, snapshot) => keys.map((key) => get(key, snapshot)),
    iterate,
    iterateTexts: (range) => textKeys(iterate(range)),
    snapshot() {
      mustBeOpen()
      return snapshotAt(written.version())
    },
    write: async (operations: StoreOperation[]) => {
      mustBeOpen()
      written.write(operations)
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      base.close()
    },
  }
}

function textKeys(iterator: StoreIterator): StoreIterator<string> {
  return {
    async next() {
      const entry = await iterator.next()
      return entry && [Buffer.from(entry[0]).toString(), entry[1]]
    },
    close: () => iterator.close(),
  }
}
