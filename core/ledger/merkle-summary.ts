import { createHash } from 'node:crypto'

/** A summary of the keys a range query read: the hashes at a tree's highest level (kvrwset.QueryReadsMerkleSummary). */
export interface MerkleSummary {
  maxDegree: number
  maxLevel: number
  maxLevelHashes: Uint8Array[]
}

/** With more results than this, Fabric sends a range query's hashes (txmgr/query_executor.go, maxDegreeQueryReadsHashing). */
export const MAX_DEGREE = 50

/**
 * Builds the tree: more than `maxDegree` results make a leaf, more than `maxDegree` nodes of a level make a node of the
 * next (rwsetutil/query_results_helper.go, v3.1). `serialize` marshals a leaf's results.
 */
export function merkleSummary<T>(
  results: readonly T[],
  serialize: (results: readonly T[]) => Uint8Array,
  maxDegree = MAX_DEGREE,
): MerkleSummary | undefined {
  // With this many or fewer, no leaf is made and the results are sent unhashed.
  if (results.length <= maxDegree) return undefined
  const levels = new Map<number, Uint8Array[]>()
  let maxLevel = 1
  const add = (level: number, hash: Uint8Array) => {
    const hashes = levels.get(level) ?? []
    hashes.push(hash)
    levels.set(level, hashes)
    return hashes
  }
  const leaf = (part: readonly T[]) => {
    let level = 1
    let hashes = add(level, sha256(serialize(part)))
    while (hashes.length > maxDegree) {
      levels.delete(level)
      level += 1
      maxLevel = Math.max(maxLevel, level)
      hashes = add(level, sha256(...hashes))
    }
  }
  for (let at = 0; at < results.length; at += maxDegree + 1) leaf(results.slice(at, at + maxDegree + 1))

  for (let level = 1; level < maxLevel; level++) {
    const hashes = levels.get(level) ?? []
    const [only] = hashes
    if (only === undefined) continue
    levels.delete(level)
    add(level + 1, hashes.length === 1 ? only : sha256(...hashes))
  }
  const top = levels.get(maxLevel) ?? []
  return top.length > maxDegree
    ? { maxDegree, maxLevel: maxLevel + 1, maxLevelHashes: [sha256(...top)] }
    : { maxDegree, maxLevel, maxLevelHashes: top }
}

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
