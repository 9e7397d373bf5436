import type { Version } from '../results.ts'

/**
 * The field `~version` of a document: base64 of Fabric's message VersionAndMetadata, whose first field is the height and
 * whose second is the key's metadata (statecouchdb/dbvalue_encoding.go; none of the published protos has the message).
 */
export function encodeVersionField(version: Version, metadata: Uint8Array): string {
  const height = Buffer.concat([orderPreserving(version.block), orderPreserving(version.tx)])
  return Buffer.concat([field(1, height), ...(metadata.length === 0 ? [] : [field(2, metadata)])]).toString('base64')
}

/** The height; undefined if neither Fabric nor Slipway can have written the text. */
export function decodeVersionField(text: string): Version | undefined {
  const bytes = Buffer.from(text, 'base64')
  const length = bytes[1] ?? 0
  const height = bytes.subarray(2, 2 + length)
  if (bytes[0] !== tag(1) || height.length !== length) return undefined
  const blockBytes = height[0] ?? 0
  const txAt = 1 + blockBytes
  const txBytes = height[txAt]
  if (txBytes === undefined || blockBytes > 6 || txBytes > 6 || height.length !== txAt + 1 + txBytes) return undefined
  return { block: unsigned(height.subarray(1, txAt)), tx: unsigned(height.subarray(txAt + 1)) }
}

function tag(number: number): number {
  return (number << 3) | 2
}

function field(number: number, value: Uint8Array): Buffer {
  const length: number[] = []
  for (let left = value.length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      length.push(left)
      break
    }
    length.push((left % 128) | 0x80)
  }
  return Buffer.concat([Buffer.of(tag(number), ...length), value])
}

/** Number of bytes, then the bytes without leading zeros (common/ledger/util, EncodeOrderPreservingVarUint64). */
function orderPreserving(value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(value, 0, 6)
  const start = bytes.findIndex((byte) => byte !== 0)
  const significant = start === -1 ? Buffer.alloc(0) : bytes.subarray(start)
  return Buffer.concat([Buffer.of(significant.length), significant])
}

function unsigned(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : bytes.readUIntBE(0, bytes.length)
}
