import type { BlockUpdates } from './block-updates.ts'
import type { Version } from './ledger.ts'
import type { NamespaceReadWriteSet, RangeQuery, Read } from './read-write-set.ts'

/** The first thing found that the transaction saw differently from how it is now. */
export interface Conflict {
  code: 'MVCC_READ_CONFLICT' | 'PHANTOM_READ_CONFLICT'
  namespace: string
  key: string
  /** As the simulation saw it and as it is; null: no such key. */
  read: Version | null
  now: Version | null
  /** The range that the key came into or left. */
  range?: { start: string; end: string }
}

/**
 * Whether all that a transaction read is still so, with the block's earlier valid transactions counted: reads first,
 * then ranges, each done again (Fabric, core/ledger/kvledger/txmgmt/validation/validator.go, validateTx).
 */
export async function findConflict(
  readWriteSet: NamespaceReadWriteSet[],
  updates: BlockUpdates,
): Promise<Conflict | undefined> {
  for (const { namespace, reads } of readWriteSet) {
    for (const { key, version } of reads) {
      const now = updates.versionOf(namespace, key)
      if (!sameVersion(version, now)) return { code: 'MVCC_READ_CONFLICT', namespace, key, read: version, now }
    }
  }
  for (const { namespace, rangeQueries } of readWriteSet) {
    for (const query of rangeQueries) {
      const phantom = await findPhantom(namespace, query, updates)
      if (phantom !== undefined) return phantom
    }
  }
  return undefined
}

async function findPhantom(namespace: string, query: RangeQuery, updates: BlockUpdates): Promise<Conflict | undefined> {
  const { start, end, exhausted, reads } = query
  const conflict = (key: string, read: Version | null, now: Version | null): Conflict => ({
    code: 'PHANTOM_READ_CONFLICT',
    namespace,
    key,
    read,
    now,
    range: { start, end },
  })
  let at = 0
  for await (const { key, version } of updates.range(namespace, start, end, !exhausted)) {
    const read: Read | undefined = reads[at++]
    if (read?.key !== key) {
      // Either this key is new, or the one read in its place is gone.
      const gone = read !== undefined && updates.versionOf(namespace, read.key) === null
      return gone ? conflict(read.key, read.version, null) : conflict(key, null, version)
    }
    if (!sameVersion(read.version, version)) return conflict(key, read.version, version)
  }
  const missing = reads[at]
  return missing === undefined ? undefined : conflict(missing.key, missing.version, null)
}

function sameVersion(a: Version | null, b: Version | null): boolean {
  return a === null || b === null ? a === b : a.block === b.block && a.tx === b.tx
}
