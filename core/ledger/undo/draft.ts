import type { Store } from '../store.ts'
import type { StoreOperation } from '../store-entries.ts'

/** Changes of the store that aren't written yet, over what it holds. */
export class Draft {
  readonly #store: Pick<Store, 'get'>
  #changes = new Map<string, StoreOperation>()
  #bytes = 0

  constructor(store: Pick<Store, 'get'>) {
    this.#store = store
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const change = this.#changes.get(nameOf(key))
    if (change === undefined) return this.#store.get(key)
    return change.type === 'put' ? change.value : undefined
  }

  /** `value` undefined: the entry is deleted. */
  set(key: Uint8Array, value: Uint8Array | undefined): void {
    this.#changes.set(nameOf(key), value === undefined ? { type: 'del', key } : { type: 'put', key, value })
    this.#bytes += key.length + (value?.length ?? 0)
  }

  /** Bytes that were set since it was last taken. */
  bytes(): number {
    return this.#bytes
  }

  /** The changes, to be written. The draft then begins again. */
  take(): StoreOperation[] {
    const operations = [...this.#changes.values()]
    this.#changes = new Map()
    this.#bytes = 0
    return operations
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}
