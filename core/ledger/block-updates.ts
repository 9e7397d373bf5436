import { compareKeys } from '../mango/key-order.ts'
import type { Version } from './results.ts'
import { hashedKey, hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import type { CollectionHashedSet, NamespaceReadWriteSet, PrivateWriteSet } from './read-write-set.ts'
import { encodeMetadata } from './versioned-value.ts'
import type { WorldState } from './world-state.ts'

/** The newest write of a key by the block's valid transactions so far, or its expiry. */
export interface KeyUpdate {
  version: Version
  /** '' if it expired. */
  txId: string
  /** undefined: deleted. */
  value: Uint8Array | undefined
  metadata: Uint8Array
}

export interface Modification {
  namespace: string
  key: string
  version: Version
  txId: string
  timestamp: number
  value: Uint8Array | undefined
}

/** A transaction whose writes the block takes over. */
export interface ValidTransaction {
  txId: string
  timestamp: number
  readWriteSet: NamespaceReadWriteSet[]
  /** Values of the private data it wrote, as far as this peer has them. */
  privateSets: readonly PrivateWriteSet[]
}

const EXPIRED = ''

/** The update batch of a block under validation: the writes of its valid transactions so far, over the committed state. */
export class BlockUpdates {
  readonly #state: WorldState
  readonly #namespaces = new Map<string, Map<string, KeyUpdate>>()
  /** Every write of a public value in the order of the transactions: the block's part of the history. */
  readonly modifications: Modification[] = []

  constructor(state: WorldState) {
    this.#state = state
  }

  /** The version that a read of this key would see now; null: the key doesn't exist. */
  versionOf(namespace: string, key: string): Version | null {
    const update = this.of(namespace, key)
    if (update !== undefined) return update.value === undefined ? null : update.version
    return this.#state.get(namespace, key)?.version ?? null
  }

  of(namespace: string, key: string): KeyUpdate | undefined {
    return this.#namespaces.get(namespace)?.get(key)
  }

  *all(): Generator<KeyUpdate & { namespace: string; key: string }> {
    for (const [namespace, keys] of this.#namespaces) {
      for (const [key, update] of keys) yield { namespace, key, ...update }
    }
  }

  /** Without those that expired: a commit hash leaves them out, since each peer removes them on its own. */
  *written(): ReturnType<BlockUpdates['all']> {
    for (const update of this.all()) {
      if (update.txId !== EXPIRED) yield update
    }
  }

  /** Keys from start to end, in Fabric's order, as a range query would see them now; `end` '' is the namespace's end. */
  async *range(
    namespace: string,
    start: string,
    end: string,
    includeEnd: boolean,
  ): AsyncGenerator<{ key: string; version: Version }> {
    const updates = [...(this.#namespaces.get(namespace) ?? [])]
      .filter(([key]) => compareKeys(key, start) >= 0 && (end === '' || compareKeys(key, end) < (includeEnd ? 1 : 0)))
      .sort(([a], [b]) => compareKeys(a, b))
    // Appending U+0000 gives the very next key, so the exclusive end includes `end` itself.
    const committed = this.#state.scan(namespace, start, includeEnd ? `${end}\0` : end)
    let next = 0
    try {
      for (let entry = await committed.next(); entry !== undefined; entry = await committed.next()) {
        for (; next < updates.length; next++) {
          const [key, update] = updates[next] ?? ['', undefined]
          if (update === undefined || compareKeys(key, entry.key) >= 0) break
          if (update.value !== undefined) yield { key, version: update.version }
        }
        const [key, update] = updates[next] ?? ['', undefined]
        if (update === undefined || key !== entry.key) {
          yield { key: entry.key, version: entry.version }
        } else {
          next++
          if (update.value !== undefined) yield { key, version: update.version }
        }
      }
      for (const [key, update] of updates.slice(next)) {
        if (update.value !== undefined) yield { key, version: update.version }
      }
    } finally {
      await committed.close()
    }
  }

  /** Takes over the writes of a valid transaction (Fabric's applyWriteSet and prepareTxOps). */
  apply(tx: ValidTransaction, version: Version): void {
    for (const { namespace, writes, metadataWrites, collections } of tx.readWriteSet) {
      for (const { key, isDelete, value } of writes) {
        const { txId, timestamp } = tx
        const written = isDelete ? undefined : value
        this.#write(namespace, key, written, txId, version)
        this.modifications.push({ namespace, key, version, txId, timestamp, value: written })
      }
      for (const { key, metadata } of metadataWrites) this.#writeMetadata(namespace, key, metadata, tx.txId, version)
      for (const collection of collections) this.#applyHashes(namespace, collection, tx.txId, version)
    }
    for (const set of tx.privateSets) this.#applyValues(set, tx.txId, version)
  }

  /** Deletes a key if its value is still of the block that wrote this version (purge_mgr.go, sameVersion). */
  expire(namespace: string, key: string, version: Version): void {
    if (this.versionOf(namespace, key)?.block !== version.block) return
    this.#set(namespace, key, { version, txId: EXPIRED, value: undefined, metadata: new Uint8Array() })
  }

  #applyHashes(namespace: string, collection: CollectionHashedSet, txId: string, version: Version): void {
    const hashed = hashedNamespace(namespace, collection.name)
    for (const { keyHash, isDelete, isPurge, valueHash } of collection.writes) {
      this.#write(hashed, hashedKey(keyHash), isDelete || isPurge ? undefined : valueHash, txId, version)
    }
    for (const { keyHash, metadata } of collection.metadataWrites) {
      this.#writeMetadata(hashed, hashedKey(keyHash), metadata, txId, version)
    }
  }

  /** Metadata is stored with the hash; if only that changed, the value still takes the new version. */
  #applyValues(set: PrivateWriteSet, txId: string, version: Version): void {
    const at = privateNamespace(set.namespace, set.collection)
    for (const { key, isDelete, value } of set.writes) this.#write(at, key, isDelete ? undefined : value, txId, version)
    for (const key of set.metadataWrites) this.#writeMetadata(at, key, new Map(), txId, version)
  }

  /** A delete also removes the metadata; a new value keeps it. */
  #write(namespace: string, key: string, value: Uint8Array | undefined, txId: string, version: Version): void {
    const metadata = value === undefined ? new Uint8Array() : this.#metadataOf(namespace, key)
    this.#set(namespace, key, { version, txId, value, metadata })
  }

  /** Metadata of a key that doesn't exist is dropped (Fabric validation/tx_ops.go). */
  #writeMetadata(
    namespace: string,
    key: string,
    metadata: ReadonlyMap<string, Uint8Array>,
    txId: string,
    version: Version,
  ): void {
    const value = this.#valueOf(namespace, key)
    if (value === undefined) return
    this.#set(namespace, key, { version, txId, value, metadata: encodeMetadata(metadata) })
  }

  #set(namespace: string, key: string, update: KeyUpdate): void {
    let keys = this.#namespaces.get(namespace)
    if (keys === undefined) {
      keys = new Map<string, KeyUpdate>()
      this.#namespaces.set(namespace, keys)
    }
    keys.set(key, update)
  }

  #metadataOf(namespace: string, key: string): Uint8Array {
    return (this.of(namespace, key) ?? this.#state.get(namespace, key))?.metadata ?? new Uint8Array()
  }

  #valueOf(namespace: string, key: string): Uint8Array | undefined {
    const update = this.of(namespace, key)
    return update === undefined ? this.#state.get(namespace, key)?.value : update.value
  }
}
