import { isUtf8 } from 'node:buffer'
import type { EncodedBytes } from '../contract/call.ts'

/** Bytes as text if they are valid UTF-8, otherwise as base64. */
export function encodeBytes(bytes: Uint8Array): EncodedBytes {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return isUtf8(buffer)
    ? { text: buffer.toString('utf8'), encoding: 'utf8' }
    : { text: buffer.toString('base64'), encoding: 'base64' }
}
