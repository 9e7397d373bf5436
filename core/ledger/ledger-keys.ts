import type { Version } from './results.ts'

/**
 * The layout of the LevelDB that all channels share. Names of channels and namespaces don't contain U+0000, so it ends
 * them; text that may contain it comes last or after its length. Text is UTF-8 and numbers are big-endian, so byte order
 * is Fabric's order.
 */
export interface LedgerKeys {
  /** Height and the hash of the last header: Fabric's savepoint. */
  readonly savepoint: Uint8Array
  block(number: number): Uint8Array
  /** Leads from the hash of a block's header to the block's number. */
  blockHash(hash: Uint8Array): Uint8Array
  transaction(txId: string): Uint8Array
  state(namespace: string, key: string): Uint8Array
  /** After the last state of a namespace; without one, after the channel's last state. */
  stateEnd(namespace?: string): Uint8Array
  /** The namespace and key of a state's key. */
  parseState(key: Uint8Array): { namespace: string; key: string }
  history(namespace: string, key: string, version: Version): Uint8Array
  /** All history of one key. */
  historyRange(namespace: string, key: string): { from: Uint8Array; to: Uint8Array }
  parseHistory(key: Uint8Array): Version
  /** What expires with a block: the i-th of the keys that this version wrote. */
  expiry(block: number, version: Version, i: number): Uint8Array
  /** Everything that expires with this block or an earlier one; without one, everything that ever does. */
  expiryRange(block?: number): { from: Uint8Array; to: Uint8Array }
  /** The block. */
  parseExpiry(key: Uint8Array): number
  /** What this transaction wrote in a collection. */
  privateSet(version: Version, namespace: string, collection: string): Uint8Array
  /** Those of a block; without one, of all. */
  privateSetRange(block?: number): { from: Uint8Array; to: Uint8Array }
  parsePrivateSet(key: Uint8Array): { version: Version; namespace: string; collection: string }
}

const VERSION_BYTES = 10

/** Prefix of the savepoints of all channels. */
export const savepointPrefix = 'c\0'

/** The keys of one channel. */
export function ledgerKeys(channel: string): LedgerKeys {
  const statePrefix = `s\0${channel}\0`
  const statePrefixBytes = Buffer.byteLength(statePrefix)
  const expiryPrefix = Buffer.from(`x\0${channel}\0`)
  const privatePrefix = Buffer.from(`p\0${channel}\0`)
  const historyPrefix = (namespace: string, key: string) => {
    const name = Buffer.from(key)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(name.length)
    return Buffer.concat([Buffer.from(`h\0${channel}\0${namespace}\0`), length, name])
  }
  return {
    savepoint: Buffer.from(`${savepointPrefix}${channel}`),
    block: (number) => Buffer.concat([Buffer.from(`b\0${channel}\0`), uint48(number)]),
    blockHash: (hash) => Buffer.concat([Buffer.from(`i\0${channel}\0`), hash]),
    transaction: (txId) => Buffer.from(`t\0${channel}\0${txId}`),
    state: (namespace, key) => Buffer.from(`${statePrefix}${namespace}\0${key}`),
    stateEnd: (namespace) =>
      Buffer.from(namespace === undefined ? `s\0${channel}\x01` : `${statePrefix}${namespace}\x01`),
    parseState(bytes) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', statePrefixBytes)
      const end = text.indexOf('\0')
      return { namespace: text.slice(0, end), key: text.slice(end + 1) }
    },
    history: (namespace, key, version) => Buffer.concat([historyPrefix(namespace, key), encodeVersion(version)]),
    historyRange(namespace, key) {
      const prefix = historyPrefix(namespace, key)
      return { from: prefix, to: Buffer.concat([prefix, Buffer.alloc(VERSION_BYTES + 1, 0xff)]) }
    },
    parseHistory: (bytes) => decodeVersion(bytes, bytes.length - VERSION_BYTES),
    expiry: (block, version, i) => Buffer.concat([expiryPrefix, uint48(block), encodeVersion(version), uint48(i)]),
    expiryRange: (block) => ({
      from: expiryPrefix,
      to: block === undefined ? Buffer.from(`x\0${channel}\x01`) : Buffer.concat([expiryPrefix, uint48(block + 1)]),
    }),
    parseExpiry: (key) => uintBE(key, expiryPrefix.length, 6),
    privateSet: (version, namespace, collection) =>
      Buffer.concat([privatePrefix, encodeVersion(version), Buffer.from(`${namespace}\0${collection}`)]),
    privateSetRange: (block) =>
      block === undefined
        ? { from: privatePrefix, to: Buffer.from(`p\0${channel}\x01`) }
        : {
            from: Buffer.concat([privatePrefix, uint48(block)]),
            to: Buffer.concat([privatePrefix, uint48(block + 1)]),
          },
    parsePrivateSet(key) {
      const at = privatePrefix.length
      const [namespace = '', collection = ''] = Buffer.from(key.subarray(at + VERSION_BYTES))
        .toString()
        .split('\0')
      return { version: decodeVersion(key, at), namespace, collection }
    },
  }
}

/** Ten bytes: block, then transaction. */
export function encodeVersion(version: Version): Uint8Array {
  const bytes = Buffer.alloc(VERSION_BYTES)
  bytes.writeUIntBE(version.block, 0, 6)
  bytes.writeUInt32BE(version.tx, 6)
  return bytes
}

export function decodeVersion(bytes: Uint8Array, offset = 0): Version {
  return { block: uintBE(bytes, offset, 6), tx: uintBE(bytes, offset + 6, 4) }
}

/** Big-endian, at most six bytes. Creating a view would cost more than reading the number. */
export function uintBE(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i++) value = value * 256 + (bytes[i] ?? 0)
  return value
}

function uint48(number: number): Uint8Array {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(number, 0, 6)
  return bytes
}
