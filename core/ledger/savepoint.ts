/** How far a channel has come. */
export interface Savepoint {
  /** Number of blocks. */
  height: number
  /** Hash of the last block's header; empty before the first. */
  previousHash: Uint8Array
}

/** Height (6 bytes), hash. */
export function encodeSavepoint(savepoint: Savepoint): Uint8Array {
  const height = Buffer.alloc(6)
  height.writeUIntBE(savepoint.height, 0, 6)
  return Buffer.concat([height, savepoint.previousHash])
}

export function decodeSavepoint(bytes: Uint8Array | undefined): Savepoint {
  if (bytes === undefined) return { height: 0, previousHash: new Uint8Array() }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { height: buffer.readUIntBE(0, 6), previousHash: buffer.subarray(6) }
}
