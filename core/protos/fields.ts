const LENGTH_DELIMITED = 2

/**
 * A field of a protobuf message that holds a text, bytes or a message, made of parts that are bytes already. For
 * messages that are little more than that and are made on every call; all others are the generated code's.
 * `number`: at most 15, whose tag is one byte.
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

/** Bytes of a field whose content has so many. */
export function fieldLength(length: number): number {
  let head = 2
  for (let rest = length; rest >= 0x80; rest >>>= 7) head++
  return head + length
}

/** Number and length of a field; where its content begins. */
export function writeHead(bytes: Uint8Array, at: number, number: number, length: number): number {
  let next = at
  bytes[next++] = (number << 3) | LENGTH_DELIMITED
  for (let rest = length; ; rest >>>= 7) {
    bytes[next++] = rest < 0x80 ? rest : (rest & 0x7f) | 0x80
    if (rest < 0x80) return next
  }
}

/** A field that holds a number below 128, such as that of an enum. */
export function varint(number: number, value: number): Uint8Array {
  return Buffer.of(number << 3, value)
}
