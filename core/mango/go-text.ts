import { isUtf8 } from 'node:buffer'

const LONGEST = 4

/**
 * Bytes as Go's encoding/json reads the text of a document: each byte that is part of no character is one U+FFFD, where
 * Node's decoder makes one of several (unicode/utf8, DecodeRune).
 */
export function goText(value: Uint8Array): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const size = characterAt(bytes, at)
    text += size === 0 ? '\uFFFD' : bytes.toString('utf8', at, at + size)
    at += size || 1
  }
  return text
}

/** Number of bytes of the character that begins there; 0: none does. */
function characterAt(bytes: Buffer, at: number): number {
  for (let size = 1; size <= LONGEST && at + size <= bytes.length; size++) {
    if (isUtf8(bytes.subarray(at, at + size))) return size
  }
  return 0
}
