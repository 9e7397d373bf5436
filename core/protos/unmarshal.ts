import { isUtf8 } from 'node:buffer'

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5
const MAX_VARINT_BYTES = 10

/** A message's string fields: by field number, `true` or the string fields of an embedded message. */
export interface Texts {
  readonly [field: number]: true | Texts
}

/**
 * A reader of one kind of message that refuses what Go's protobuf refuses, in its words, which chaincode gets to see:
 * bytes that aren't a message, and strings that aren't UTF-8, which the generated code would misread.
 */
export function reader<T>(type: { deserializeBinary(bytes: Uint8Array): T }, texts: Texts): (bytes: Uint8Array) => T {
  return (bytes) => {
    checkMessage(bytes, texts)
    try {
      return type.deserializeBinary(bytes)
    } catch (error) {
      throw new Error(MALFORMED, { cause: error })
    }
  }
}

/** The texts of google.golang.org/protobuf v1.36. */
const MALFORMED = 'proto: cannot parse invalid wire-format data'
const NO_UTF8 = 'string field contains invalid UTF-8'

function checkMessage(bytes: Uint8Array, texts: Texts): void {
  for (let at = 0; at < bytes.length;) {
    const tag = varint(bytes, at)
    at = tag.end
    const field = Math.floor(tag.value / 8)
    if (field === 0) throw new Error(MALFORMED)
    switch (tag.value % 8) {
      case VARINT:
        at = varint(bytes, at).end
        break
      case FIXED64:
        at += 8
        break
      case FIXED32:
        at += 4
        break
      case LENGTH_DELIMITED: {
        const length = varint(bytes, at)
        at = length.end + length.value
        const inside = texts[field]
        if (inside === undefined || at > bytes.length) break
        const value = bytes.subarray(length.end, at)
        if (inside !== true) checkMessage(value, inside)
        else if (!isUtf8(value)) throw new Error(NO_UTF8)
        break
      }
      default:
        throw new Error(MALFORMED)
    }
    if (at > bytes.length) throw new Error(MALFORMED)
  }
}

/** Exact up to 2^53; only the values of lengths and tags are used, which are smaller. */
function varint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  for (let at = start, unit = 1; at < start + MAX_VARINT_BYTES; at++, unit *= 128) {
    const byte = bytes[at]
    if (byte === undefined) break
    value += (byte & 0x7f) * unit
    if (byte < 0x80) return { value, end: at + 1 }
  }
  throw new Error(MALFORMED)
}
