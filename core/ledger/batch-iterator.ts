import type { StoreEntry, StoreIterator } from './store-entries.ts'

/** The part of LevelDB's iterator that is used here. */
export interface LevelIterator<Key> {
  nextv(size: number): Promise<StoreEntry<Key>[]>
  close(): Promise<void>
}

/** Entries of a first and of a later batch: 101 is a page of Fabric's range queries and its look-ahead. */
const FIRST_BATCH = 101
const BATCH = 500

/** Reads entries in batches. `open`: the iterators of its snapshot, which holds it until it is closed. */
export function batchIterator<Key>(
  level: LevelIterator<Key>,
  open: Set<StoreIterator<unknown>> | undefined,
  readError: (error: unknown) => Error,
): StoreIterator<Key> {
  let batch: StoreEntry<Key>[] = []
  let at = 0
  let size = FIRST_BATCH
  let ahead: Promise<StoreEntry<Key>[]> | undefined
  const read = () => level.nextv(size).catch((error: unknown) => Promise.reject(readError(error)))
  const fetch = async () => {
    batch = await (ahead ?? read())
    at = 0
    // A caller that comes a second time will come again: LevelDB reads on while the chaincode handles what it has.
    ahead = size === BATCH && batch.length > 0 ? read() : undefined
    // What is read ahead may never be asked for.
    ahead?.catch(() => undefined)
    size = BATCH
    return batch[at++]
  }
  const iterator: StoreIterator<Key> = {
    next: () => (at < batch.length ? batch[at++] : fetch()),
    close: () => {
      open?.delete(iterator)
      return level.close()
    },
  }
  open?.add(iterator)
  return iterator
}
