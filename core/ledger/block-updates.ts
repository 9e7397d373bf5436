import { compareKeys } from './key-order.ts'
import type { Version } from './ledger.ts'
import type { NamespaceReadWriteSet } from './read-write-set.ts'
import { encodeMetadata } from './versioned-value.ts'
import type { WorldState } from './world-state.ts'

/** What the valid transactions of a block so far have made of a key. */
export interface KeyUpdate {
  version: Version
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

/** The update batch of a block under validation: the committed state with the valid transactions so far on top. */
export class BlockUpdates {
  readonly #state: WorldState
  readonly #namespaces = new Map<string, Map<string, KeyUpdate>>()
  /** Every write of a value in the order of the transactions: the block's part of the history. */
  readonly modifications: Modification[] = []

  constructor(state: WorldState) {
    this.#state = state
  }

  /** The version that a read of this key would see now; null where there is no such key. */
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

  /** Keys from start to end in Fabric's order as a range query would see them now; `end` '' is the namespace's end. */
  async *range(
    namespace: string,
    start: string,
    end: string,
    includeEnd: boolean,
  ): AsyncGenerator<{ key: string; version: Version }> {
    const updates = [...(this.#namespaces.get(namespace) ?? [])]
      .filter(([key]) => compareKeys(key, start) >= 0 && (end === '' || compareKeys(key, end) < (includeEnd ? 1 : 0)))
      .sort(([a], [b]) => compareKeys(a, b))
    // U+0000 makes the very next key, so that an exclusive end includes the one wanted.
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

  /** Take over the writes of a valid transaction (Fabric's applyWriteSet and prepareTxOps). */
  apply(tx: { txId: string; timestamp: number; readWriteSet: NamespaceReadWriteSet[] }, version: Version): void {
    for (const { namespace, writes, metadataWrites } of tx.readWriteSet) {
      for (const { key, isDelete, value } of writes) {
        const { txId, timestamp } = tx
        // A delete takes the metadata along, another value keeps it.
        const metadata = isDelete ? new Uint8Array() : this.#metadataOf(namespace, key)
        const written = isDelete ? undefined : value
        this.#set(namespace, key, { version, txId, value: written, metadata })
        this.modifications.push({ namespace, key, version, txId, timestamp, value: written })
      }
      for (const { key, metadata } of metadataWrites) {
        const value = this.#valueOf(namespace, key)
        // Metadata of a key that is not there is lost (Fabric, validation/tx_ops.go).
        if (value === undefined) continue
        this.#set(namespace, key, { version, txId: tx.txId, value, metadata: encodeMetadata(metadata) })
      }
    }
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
