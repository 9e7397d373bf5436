import { parseDerived } from '../privdata/namespaces.ts'
import type { Version } from './results.ts'
import type { Conflict } from './mvcc.ts'

/** The conflict as a person reads it. A peer keeps the key in its own log; the author needs it beside the call. */
export function conflictWords(conflict: Conflict, byTxId: string | undefined): string {
  const { key, namespace, read, now, range } = conflict
  const derived = parseDerived(namespace)
  const name =
    derived === undefined
      ? `key ${JSON.stringify(key)} of ${namespace}`
      : `key with the hash ${key} in the collection ${derived.collection} of ${derived.namespace}`
  const by = byTxId === undefined ? '' : ` by transaction ${byTxId.slice(0, 8)}`
  if (range !== undefined) {
    const where = `the range ${JSON.stringify(range.start)} to ${JSON.stringify(range.end)} that this transaction read`
    if (read === null) return `The ${name} came into ${where}${by} (${at(now)}).`
    if (now === null) return `The ${name} was deleted from ${where}${by}.`
    return `The ${name} in ${where} was changed${by}: it was at ${at(read)}, now it is at ${at(now)}.`
  }
  if (read === null)
    return `The ${name} did not exist when this transaction read it; it was written since${by} (${at(now)}).`
  if (now === null) return `The ${name} was at ${at(read)} when this transaction read it; it was deleted since${by}.`
  return `The ${name} was at ${at(read)} when this transaction read it; it was changed since${by}, now it is at ${at(now)}.`
}

function at(version: Version | null): string {
  return version === null ? 'no version' : `block ${version.block}, transaction ${version.tx}`
}
