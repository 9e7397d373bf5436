/** How far a channel has come. */
export interface Savepoint {
  /** Number of blocks. */
  height: number
  /** Hash of the last block's header; empty before the first. */
  previousHash: Uint8Array
  /** Number of the block that last configured the channel; undefined if none has. */
  lastConfig: number | undefined
  /** The last block's, from which the next one's is computed; empty if the channel's blocks have none. */
  commitHash: Uint8Array
}

const EMPTY: Savepoint = { height: 0, previousHash: new Uint8Array(), lastConfig: undefined, commitHash: Buffer.of() }
const NUMBER = 6
const CONFIG_AT = NUMBER + 32
/** Stands for "none" among numbers of 48 bits. */
const NONE = 2 ** 48 - 1

/** Height (6 bytes), hash (32), last config (6), commit hash (0 or 32). */
export function encodeSavepoint({ height, previousHash, lastConfig, commitHash }: Savepoint): Uint8Array {
  return Buffer.concat([uint48(height), previousHash, uint48(lastConfig ?? NONE), commitHash])
}

/** The savepoint of a channel that was created without a configuration ends after the hash. */
export function decodeSavepoint(bytes: Uint8Array | undefined): Savepoint {
  if (bytes === undefined) return EMPTY
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lastConfig = buffer.length < CONFIG_AT + NUMBER ? NONE : buffer.readUIntBE(CONFIG_AT, NUMBER)
  return {
    height: buffer.readUIntBE(0, NUMBER),
    previousHash: buffer.subarray(NUMBER, CONFIG_AT),
    lastConfig: lastConfig === NONE ? undefined : lastConfig,
    commitHash: buffer.subarray(CONFIG_AT + NUMBER),
  }
}

function uint48(number: number): Uint8Array {
  const bytes = Buffer.alloc(NUMBER)
  bytes.writeUIntBE(number, 0, NUMBER)
  return bytes
}
