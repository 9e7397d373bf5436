import type { BlockUpdates } from '../ledger/block-updates.ts'
import { merkleSummary, type MerkleSummary } from '../ledger/merkle-summary.ts'
import type { NamespaceReadWriteSet, RangeQuery, Read } from '../ledger/read-write-set.ts'
import type { Version } from '../ledger/results.ts'
import { serializeReads } from '../ledger/rwset-proto.ts'
import { hashedKey, hashedNamespace } from '../privdata/namespaces.ts'

/** The first read of a transaction that no longer holds. */
export interface Conflict {
  code: 'MVCC_READ_CONFLICT' | 'PHANTOM_READ_CONFLICT'
  namespace: string
  key: string
  /** The version that the simulation saw, and the present one; null: the key doesn't exist. */
  read: Version | null
  now: Version | null
  /** The block that the simulation saw was taken back, and another one may have its number now. */
  takenBack?: true
  /** The range that the key entered, left or changed in; undefined for a read of the key itself. */
  range?: { start: string; end: string }
}

/**
 * Checks what a transaction read against the state after the block's earlier valid transactions: in each namespace the
 * reads, then the ranges, which are read again, then the hashes of private data (Fabric
 * core/ledger/kvledger/txmgmt/validation/validator.go, validateTx). Undefined: everything still holds.
 * @param soundBelow versions of this block and later ones were taken back after the simulation: the same version may
 * be another value's now, which can't happen to a real peer
 */
export async function findConflict(
  readWriteSet: NamespaceReadWriteSet[],
  updates: BlockUpdates,
  soundBelow = Infinity,
): Promise<Conflict | undefined> {
  for (const { namespace, reads, rangeQueries, collections } of readWriteSet) {
    for (const { key, version } of reads) {
      if (isTakenBack(version, soundBelow)) return takenBack(namespace, key, version, updates)
      if (!stillHolds(namespace, key, version, updates)) return readConflict(namespace, key, version, updates)
    }
    for (const query of rangeQueries) {
      const phantom = await (query.summary === undefined ? findPhantom : findPhantomByHash)(namespace, query, updates)
      if (phantom !== undefined) return phantom
      const doubtful = soundBelow === Infinity ? undefined : await findTakenBack(namespace, query, updates, soundBelow)
      if (doubtful !== undefined) return doubtful
    }
    for (const collection of collections) {
      const hashed = hashedNamespace(namespace, collection.name)
      for (const { keyHash, version } of collection.reads) {
        const key = hashedKey(keyHash)
        if (isTakenBack(version, soundBelow)) return takenBack(hashed, key, version, updates)
        if (!stillHolds(hashed, key, version, updates)) return readConflict(hashed, key, version, updates)
      }
    }
  }
  return undefined
}

/** Any earlier write of the block ends a read, even the delete of a key that isn't there (validateKVRead). */
function stillHolds(namespace: string, key: string, read: Version | null, updates: BlockUpdates): boolean {
  return updates.of(namespace, key) === undefined && sameVersion(read, updates.versionOf(namespace, key))
}

function readConflict(namespace: string, key: string, read: Version | null, updates: BlockUpdates): Conflict {
  return { code: 'MVCC_READ_CONFLICT', namespace, key, read, now: updates.versionOf(namespace, key) }
}

function isTakenBack(read: Version | null, soundBelow: number): boolean {
  return read !== null && read.block >= soundBelow
}

function takenBack(namespace: string, key: string, read: Version | null, updates: BlockUpdates): Conflict {
  return { ...readConflict(namespace, key, read, updates), takenBack: true }
}

/** The versions of a range that holds are those that were read. */
async function findTakenBack(
  namespace: string,
  { start, end, exhausted }: RangeQuery,
  updates: BlockUpdates,
  soundBelow: number,
): Promise<Conflict | undefined> {
  for await (const { key, version } of updates.range(namespace, start, end, !exhausted)) {
    if (!isTakenBack(version, soundBelow)) continue
    return { ...takenBack(namespace, key, version, updates), code: 'PHANTOM_READ_CONFLICT', range: { start, end } }
  }
  return undefined
}

/** A long list of reads comes as hashes: the range is read and hashed again. Hashes don't show which key changed. */
async function findPhantomByHash(
  namespace: string,
  { start, end, exhausted, summary }: RangeQuery,
  updates: BlockUpdates,
): Promise<Conflict | undefined> {
  const reads: Read[] = []
  let newest: Read | undefined
  for await (const read of updates.range(namespace, start, end, !exhausted)) {
    reads.push(read)
    if (newest === undefined || isLater(read.version, newest.version)) newest = read
  }
  const now = summary && merkleSummary(reads, serializeReads, summary.maxDegree)
  if (summary !== undefined && now !== undefined && sameSummary(summary, now)) return undefined
  // Most likely the one that was written last.
  return {
    code: 'PHANTOM_READ_CONFLICT',
    namespace,
    key: newest?.key ?? start,
    read: null,
    now: newest?.version ?? null,
    range: { start, end },
  }
}

function sameSummary(a: MerkleSummary, b: MerkleSummary): boolean {
  return (
    a.maxDegree === b.maxDegree &&
    a.maxLevel === b.maxLevel &&
    a.maxLevelHashes.length === b.maxLevelHashes.length &&
    a.maxLevelHashes.every((hash, i) => Buffer.compare(hash, b.maxLevelHashes[i] ?? new Uint8Array()) === 0)
  )
}

function isLater(a: Version | null, b: Version | null): boolean {
  return a !== null && (b === null || a.block > b.block || (a.block === b.block && a.tx > b.tx))
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
      // Either this key is new, or the one that was read here is gone.
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
