import type { BlockUpdates } from '../ledger/block-updates.ts'
import type { DueExpiry, ScheduledExpiry } from '../ledger/expiry-schedule.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sha256 } from '../ledger/private-rwset-proto.ts'
import { hashedKey, hashedNamespace, parseDerived, privateNamespace } from '../privdata/namespaces.ts'

/**
 * What a block's valid transactions wrote in collections that keep it for a limited number of blocks. A write of
 * metadata alone is one too: it gives the value a new version (pvtstatepurgemgmt/expiry_schedule.go,
 * buildExpirySchedule, v2.5.16).
 */
export function expiringWrites(updates: BlockUpdates, ledger: Pick<Ledger, 'collections'>): ScheduledExpiry[] {
  const plainKeys = new Map<string, string>()
  const hashes: Omit<ScheduledExpiry, 'key' | 'at'>[] = []
  for (const { namespace: derived, key, value, version } of updates.all()) {
    const at = parseDerived(derived)
    if (at === undefined || value === undefined) continue
    const { namespace, collection, kind } = at
    if (kind === 'private') plainKeys.set(idOf(namespace, collection, hashedKey(sha256(key))), key)
    else hashes.push({ namespace, collection, hashed: key, version })
  }
  const definitions = new Map(
    [...new Set(hashes.map(({ namespace }) => namespace))].map((namespace) => [
      namespace,
      ledger.collections(namespace),
    ]),
  )
  return hashes.flatMap((hash) => {
    const { namespace, collection, hashed, version } = hash
    const blockToLive = definitions.get(namespace)?.find(({ name }) => name === collection)?.blockToLive ?? 0
    if (blockToLive === 0) return []
    const key = plainKeys.get(idOf(namespace, collection, hashed))
    return [{ ...hash, key, at: expiringBlock(version.block, blockToLive) }]
  })
}

function idOf(namespace: string, collection: string, hashed: string): string {
  return `${namespace}\0${collection}\0${hashed}`
}

/** Removes what expires with a block, unless it was written again since (pvtstatepurgemgmt/purge_mgr.go). */
export function expire(due: readonly DueExpiry[], updates: BlockUpdates): void {
  for (const { namespace, collection, hashed, key, version } of due) {
    updates.expire(hashedNamespace(namespace, collection), hashed, version)
    if (key !== undefined) updates.expire(privateNamespace(namespace, collection), key, version)
  }
}

/**
 * The block that removes what block `written` wrote: it lives for `blockToLive` blocks after it
 * (pvtdatapolicy/btlpolicy.go, GetExpiringBlock).
 */
export function expiringBlock(written: number, blockToLive: number): number {
  return written + blockToLive + 1
}
