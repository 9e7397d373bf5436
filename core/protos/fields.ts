const LENGTH_DELIMITED = 2
/** Of bytes that a number of 53 bits takes. */
const MAX_UVARINT = 8

/**
 * A field of a protobuf message that holds a string, bytes or a message, made of parts that are already bytes. For small
 * messages that are made on every call; all others use the generated code. `number`: at most 15, whose tag is one byte.
 */
export function field(number: number, ...parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = Buffer.allocUnsafe(fieldLength(length))
  let at = writeHead(bytes, 0, number, length)
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Length of a field, by the length of its content. */
export function fieldLength(length: number): number {
  let head = 2
  for (let rest = length; rest >= 0x80; rest >>>= 7) head++
  return head + length
}

/** Writes a field's number and length. Returns where its content begins. */
export function writeHead(bytes: Uint8Array, at: number, number: number, length: number): number {
  bytes[at] = (number << 3) | LENGTH_DELIMITED
  return writeUvarint(bytes, at + 1, length)
}

/** A field that holds a number, from 0 to 2^53. */
export function varint(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(1 + MAX_UVARINT)
  bytes[0] = number << 3
  return bytes.subarray(0, writeUvarint(bytes, 1, value))
}

/** A number from 0 to 2^53 as protobuf and Go (encoding/binary) write it: seven bits a byte, the lowest first. */
export function uvarint(value: number): Uint8Array {
  const bytes = new Uint8Array(MAX_UVARINT)
  return bytes.subarray(0, writeUvarint(bytes, 0, value))
}

/** Returns where it ends. */
function writeUvarint(bytes: Uint8Array, at: number, value: number): number {
  let next = at
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[next++] = (rest % 0x80) | 0x80
  bytes[next++] = rest
  return next
}
