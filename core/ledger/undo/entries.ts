import { uvarint } from '../../protos/fields.ts'

/** An entry of the store. `history`: `value` is its beginning, and the rest stands in the history of the key. */
export type Entry =
  { kind: 'absent'; key: Uint8Array } | { kind: 'value' | 'history'; key: Uint8Array; value: Uint8Array }

const KINDS = ['absent', 'value', 'history'] as const

/** Each: its kind (1 byte), length of the key, the key, and unless it is absent, length of the value and the value. */
export function encodeEntries(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    parts.push(Buffer.of(KINDS.indexOf(entry.kind)), uvarint(entry.key.length), entry.key)
    if (entry.kind !== 'absent') parts.push(uvarint(entry.value.length), entry.value)
  }
  return Buffer.concat(parts)
}

export function decodeEntries(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = []
  let at = 0
  const number = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  const part = (): Uint8Array => {
    const length = number()
    if (at + length > bytes.length) throw new RangeError('a record of undo ends too early')
    return bytes.subarray(at, (at += length))
  }
  while (at < bytes.length) {
    const kind = KINDS[bytes[at++] ?? -1]
    if (kind === undefined) throw new RangeError('a record of undo has an unknown kind')
    const key = part()
    entries.push(kind === 'absent' ? { kind, key } : { kind, key, value: part() })
  }
  return entries
}
