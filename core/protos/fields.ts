const LENGTH_DELIMITED = 2

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
