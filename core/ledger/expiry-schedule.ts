import type { LedgerKeys } from './ledger-keys.ts'
import type { Version } from './results.ts'
import type { Store, StoreRange } from './store.ts'
import type { StoreOperation } from './store-entries.ts'

/** A private write that its collection's block-to-live limits. */
export interface Expiry {
  namespace: string
  collection: string
  /** Key in the hashed namespace. */
  hashed: string
  /** Plain key; undefined if this peer never had it. */
  key: string | undefined
  version: Version
}

export interface ScheduledExpiry extends Expiry {
  /** Number of the block that removes it. */
  at: number
}

export interface DueExpiry extends Expiry {
  /** Its key in the store. */
  entry: Uint8Array
}

/** Adds to the schedule. */
export function schedule(keys: LedgerKeys, expiring: readonly ScheduledExpiry[]): StoreOperation[] {
  return expiring.map(({ at, ...expiry }, i) => ({
    type: 'put',
    key: keys.expiry(at, expiry.version, i),
    value: Buffer.from(JSON.stringify(expiry)),
  }))
}

/** Removes from the schedule. */
export function unschedule(expired: readonly DueExpiry[]): StoreOperation[] {
  return expired.map(({ entry }) => ({ type: 'del', key: entry }))
}

/**
 * Reads the schedule of one channel. It remembers before which block nothing expires: to look into the store at each
 * block was a quarter of what a submit costs, and few channels have anything there.
 */
export class Expiries {
  readonly #store: Store
  readonly #keys: LedgerKeys
  #nothingBefore = 0

  constructor(store: Store, keys: LedgerKeys) {
    this.#store = store
    this.#keys = keys
  }

  /** What expires with this block, or should have with one before it. Throws LEDGER_READ. */
  async due(block: number): Promise<DueExpiry[]> {
    if (block < this.#nothingBefore) return []
    const due = await read(this.#store, this.#keys.expiryRange(block))
    if (due.length > 0) return due.map(([entry, value]) => ({ ...(JSON.parse(value) as Expiry), entry }))
    const [next] = await read(this.#store, { ...this.#keys.expiryRange(), limit: 1 })
    this.#nothingBefore = next === undefined ? Infinity : this.#keys.parseExpiry(next[0])
    return []
  }

  /** A block has added these. */
  added(expiring: readonly ScheduledExpiry[]): void {
    for (const { at } of expiring) this.#nothingBefore = Math.min(this.#nothingBefore, at)
  }

  /** The channel was taken to another block. */
  moved(): void {
    this.#nothingBefore = 0
  }
}

async function read(store: Store, range: StoreRange): Promise<[key: Uint8Array, value: string][]> {
  const iterator = store.iterate(range)
  const found: [Uint8Array, string][] = []
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      found.push([entry[0], Buffer.from(entry[1]).toString()])
    }
  } finally {
    await iterator.close()
  }
  return found
}
