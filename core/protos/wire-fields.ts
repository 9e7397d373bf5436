const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5
const MAX_VARINT_BYTES = 10

/** The text of google.golang.org/protobuf v1.36. */
export const MALFORMED = 'proto: cannot parse invalid wire-format data'

/** Where something stands in a message's bytes; the end is left out. */
export interface Span {
  start: number
  end: number
}

/**
 * The fields of a marshalled message in their order, without making objects of them: the generated code takes far longer
 * where one field of thousands of messages is wanted.
 * @param found gets a field's number, where its content stands if that is a string, bytes or a message, and its value if
 * it is a varint, exact up to 2^53
 * @param within where the message stands
 * @throws Error MALFORMED
 */
export function eachField(
  bytes: Uint8Array,
  found: (field: number, content: Span | undefined, value: number) => void,
  within: Span = { start: 0, end: bytes.length },
): void {
  const { end } = within
  for (const at = { next: within.start }; at.next < end;) {
    const tag = varint(bytes, at)
    const field = Math.floor(tag / 8)
    if (field === 0) throw new Error(MALFORMED)
    let content: Span | undefined
    let value = 0
    switch (tag % 8) {
      case VARINT:
        value = varint(bytes, at)
        break
      case FIXED64:
        at.next += 8
        break
      case FIXED32:
        at.next += 4
        break
      case LENGTH_DELIMITED: {
        const length = varint(bytes, at)
        content = { start: at.next, end: at.next + length }
        at.next = content.end
        break
      }
      default:
        throw new Error(MALFORMED)
    }
    if (at.next > end) throw new Error(MALFORMED)
    found(field, content, value)
  }
}

/** Moves on behind it. */
function varint(bytes: Uint8Array, at: { next: number }): number {
  let value = 0
  const last = at.next + MAX_VARINT_BYTES
  for (let unit = 1; at.next < last; unit *= 128) {
    const byte = bytes[at.next++]
    if (byte === undefined) break
    value += (byte & 0x7f) * unit
    if (byte < 0x80) return value
  }
  throw new Error(MALFORMED)
}
