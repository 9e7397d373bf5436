import type { CallRecord, CallResult, DescribedWrite } from '../contract/call.ts'

const PREFIX = Buffer.from('l\0')
const ID_BYTES = 6

/** Keys of calls in a peer's store: in the order of their ids, which is the order of the calls. */
export const callKeys = {
  range: { from: PREFIX, to: Buffer.from('l\x01') },
  key(id: number): Uint8Array {
    const bytes = Buffer.alloc(PREFIX.length + ID_BYTES)
    PREFIX.copy(bytes)
    bytes.writeUIntBE(id, PREFIX.length, ID_BYTES)
    return bytes
  },
  parse(key: Uint8Array): number {
    return Buffer.from(key).readUIntBE(PREFIX.length, ID_BYTES)
  },
  isPinned(value: Uint8Array): boolean {
    return value[0] === 1
  },
}

/** Pinned or not (1 byte), then JSON. The byte saves parsing a thousand JSON texts when a peer starts. */
export function encodeRecord(record: CallRecord): Uint8Array {
  return Buffer.concat([Buffer.of(record.pinned ? 1 : 0), Buffer.from(JSON.stringify(record))])
}

export function decodeRecord(value: Uint8Array): CallRecord {
  return JSON.parse(Buffer.from(value.subarray(1)).toString('utf8')) as CallRecord
}

/** The most characters kept of one answer or value: a thousand calls of 100 MB must not fill a disk. */
const MOST_KEPT = 256 * 1024

/** The result as it is recorded: the caller got all of it, the list keeps the beginning of very long texts. */
export function keepable(result: CallResult): CallResult {
  const { payload, readWriteSet } = result
  const isLong = readWriteSet.namespaces.some(({ writes }) =>
    writes.some(({ value, before }) => value.length > MOST_KEPT || (before?.text.length ?? 0) > MOST_KEPT),
  )
  if (payload.length <= MOST_KEPT && !isLong) return result
  const namespaces = readWriteSet.namespaces.map((namespace) => ({
    ...namespace,
    writes: namespace.writes.map(cutWrite),
  }))
  return { ...result, payload: cut(payload), readWriteSet: { namespaces } }
}

function cutWrite(write: DescribedWrite): DescribedWrite {
  const kept = { ...write, value: cut(write.value) }
  if (write.before !== undefined) kept.before = { ...write.before, text: cut(write.before.text) }
  return kept
}

function cut(text: string): string {
  if (text.length <= MOST_KEPT) return text
  return `${text.slice(0, MOST_KEPT)}… (${text.length - MOST_KEPT} more characters were not kept)`
}
