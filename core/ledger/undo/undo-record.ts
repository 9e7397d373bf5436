import { modifiedValue } from '../history.ts'
import type { LedgerKeys } from '../ledger-keys.ts'
import type { StoreOperation } from '../store-entries.ts'
import { decodeVersioned } from '../versioned-value.ts'
import { decodeEntries, encodeEntries, type Entry } from './entries.ts'

type Get = (key: Uint8Array) => Uint8Array | undefined

/** A shorter value is copied: to look it up in the history costs more than it saves. */
const SHORT_BYTES = 40
/** First bytes of the keys of blocks, of their hashes and of the history: what is written under them was never there. */
const NEW_KEYS = new Set(['b', 'i', 'h'].map((prefix) => prefix.charCodeAt(0)))
const STATE = 's'.charCodeAt(0)

/**
 * What takes a block's batch back: each entry that the batch writes or deletes, as it is now. A public value that the
 * history has is referred to, since a copy would make up most of what undo keeps.
 */
export function undoRecord(operations: readonly StoreOperation[], keys: LedgerKeys, get: Get): Uint8Array {
  return encodeEntries(operations.map(({ key }) => before(key, keys, get)))
}

function before(key: Uint8Array, keys: LedgerKeys, get: Get): Entry {
  const value = NEW_KEYS.has(key[0] ?? 0) ? undefined : get(key)
  if (value === undefined) return { kind: 'absent', key }
  if (key[0] !== STATE || value.length < SHORT_BYTES) return { kind: 'value', key, value }
  const { value: plain } = decodeVersioned(value)
  const kept = historyValue(key, value, keys, get)
  // A write of metadata alone gives a value a new version, of which the history knows nothing.
  if (kept === undefined || Buffer.compare(kept, plain) !== 0) return { kind: 'value', key, value }
  return { kind: 'history', key, value: value.subarray(0, value.length - plain.length) }
}

/** The value that the history has for the version in a state's entry. */
function historyValue(key: Uint8Array, entry: Uint8Array, keys: LedgerKeys, get: Get): Uint8Array | undefined {
  const { namespace, key: name } = keys.parseState(key)
  const modification = get(keys.history(namespace, name, decodeVersioned(entry).version))
  return modification && modifiedValue(modification)
}

/** What the entries of a block were before it; `value` undefined: they didn't exist. */
export function entriesBefore(
  record: Uint8Array,
  keys: LedgerKeys,
  get: Get,
): { key: Uint8Array; value: Uint8Array | undefined }[] {
  return decodeEntries(record).map((entry) => {
    if (entry.kind === 'absent') return { key: entry.key, value: undefined }
    if (entry.kind === 'value') return entry
    const value = historyValue(entry.key, entry.value, keys, get)
    if (value === undefined) throw new RangeError('the history lacks a value that undo refers to')
    return { key: entry.key, value: Buffer.concat([entry.value, value]) }
  })
}
