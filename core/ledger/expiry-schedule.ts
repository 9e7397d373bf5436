import type { LedgerKeys } from './ledger-keys.ts'
import type { Version } from './results.ts'
import type { Store } from './store.ts'
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

/** What expires with this block. Throws LEDGER_READ. */
export async function readDue(store: Store, keys: LedgerKeys, block: number): Promise<DueExpiry[]> {
  const iterator = store.iterate(keys.expiryRange(block))
  const due: DueExpiry[] = []
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const expiry = JSON.parse(Buffer.from(entry[1]).toString()) as Expiry
      due.push({ ...expiry, entry: entry[0] })
    }
  } finally {
    await iterator.close()
  }
  return due
}
