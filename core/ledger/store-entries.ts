export interface StoreIterator<Key = Uint8Array> {
  /** Not a promise if the entry is at hand. */
  next(): StoreEntry<Key> | undefined | Promise<StoreEntry<Key> | undefined>
  close(): Promise<void>
}

export type StoreEntry<Key = Uint8Array> = [key: Key, value: Uint8Array]

export type StoreOperation = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array }
