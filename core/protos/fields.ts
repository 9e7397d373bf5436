const LENGTH_DELIMITED = 2
/** A length takes at most five bytes, the number before it one. */
const HEAD_BYTES = 6

/**
 * A field of a protobuf message that holds a text, bytes or a message, made of parts that are bytes already. For
 * messages that are little more than that and are made on every call; all others are the generated code's.
 * `number`: at most 15, whose tag is one byte.
 */
export function field(number: number, ...parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + length)
  bytes[0] = (number << 3) | LENGTH_DELIMITED
  let at = 1
  for (let rest = length; ; rest >>>= 7) {
    bytes[at++] = rest < 0x80 ? rest : (rest & 0x7f) | 0x80
    if (rest < 0x80) break
  }
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes.subarray(0, at)
}

/** A field that holds a number below 128, such as that of an enum. */
export function varint(number: number, value: number): Uint8Array {
  return Buffer.of(number << 3, value)
}
