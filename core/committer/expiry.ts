import type { BlockUpdates } from '../ledger/block-updates.ts'
import type { DueExpiry, ScheduledExpiry } from '../ledger/expiry-schedule.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sha256 } from '../ledger/private-rwset-proto.ts'
import type { PrivateWriteSet } from '../ledger/read-write-set.ts'
import type { Version } from '../ledger/results.ts'
import { hashedKey, hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import type { OrderedTransaction } from './ordered-transaction.ts'

/** The private writes of a valid transaction that their collections keep for a limited number of blocks. */
export function expiringWrites(
  { readWriteSet }: OrderedTransaction,
  privateSets: readonly PrivateWriteSet[],
  version: Version,
  ledger: Pick<Ledger, 'collections'>,
): ScheduledExpiry[] {
  return readWriteSet.flatMap(({ namespace, collections }) => {
    if (collections.length === 0) return []
    const definitions = ledger.collections(namespace)
    return collections.flatMap(({ name, writes }) => {
      const blockToLive = definitions.find((definition) => definition.name === name)?.blockToLive ?? 0
      if (blockToLive === 0) return []
      const privateSet = privateSets.find((set) => set.namespace === namespace && set.collection === name)
      const at = expiringBlock(version.block, blockToLive)
      return writes
        .filter(({ isDelete }) => !isDelete)
        .map(({ keyHash }) => {
          const key = privateSet?.writes.find((write) => Buffer.compare(sha256(write.key), keyHash) === 0)?.key
          return { namespace, collection: name, hashed: hashedKey(keyHash), key, version, at }
        })
    })
  })
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
function expiringBlock(written: number, blockToLive: number): number {
  return written + blockToLive + 1
}
