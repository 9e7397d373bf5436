import type { BlockUpdates } from './block-updates.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { Version } from './results.ts'
import { hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import type { Store, StoreOperation } from './store.ts'

/** A private write that its collection's block-to-live lets go of. */
export interface Expiring {
  namespace: string
  collection: string
  /** Key in the hashed namespace. */
  hashed: string
  /** Plain key; undefined where this peer never had it. */
  key: string | undefined
  version: Version
}

/**
 * The block that removes what block `written` wrote: it lives for `blockToLive` blocks after it
 * (pvtdatapolicy/btlpolicy.go, GetExpiringBlock).
 */
export function expiringBlock(written: number, blockToLive: number): number {
  return written + blockToLive + 1
}

/** Remember what expires when. */
export function scheduled(keys: LedgerKeys, expiring: readonly (Expiring & { at: number })[]): StoreOperation[] {
  return expiring.map(({ at, ...rest }, i) => ({
    type: 'put',
    key: keys.expiry(at, rest.version, i),
    value: Buffer.from(JSON.stringify(rest)),
  }))
}

/**
 * Take out of the state what expires with this block, unless it was written anew since, and forget the schedule
 * (pvtstatepurgemgmt/purge_mgr.go).
 */
export async function expire(
  store: Store,
  keys: LedgerKeys,
  block: number,
  updates: BlockUpdates,
): Promise<StoreOperation[]> {
  const iterator = store.iterate(keys.expiryRange(block))
  const done: StoreOperation[] = []
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const { namespace, collection, hashed, key, version } = JSON.parse(Buffer.from(entry[1]).toString()) as Expiring
      updates.remove(hashedNamespace(namespace, collection), hashed, version)
      if (key !== undefined) updates.remove(privateNamespace(namespace, collection), key, version)
      done.push({ type: 'del', key: entry[0] })
    }
  } finally {
    await iterator.close()
  }
  return done
}
