import { uintBE } from '../ledger-keys.ts'

/**
 * Where a channel keeps what a rewind needs, in the store of its ledger. Blocks that were rewound are a tree: each leads
 * by the hash of its header to the block before it, which is either set aside too or on the chain.
 */
export interface UndoKeys {
  /** What takes a block of the chain back: the entries that it wrote, as they were before. */
  undo(number: number): Uint8Array
  /** A block that was set aside: the entries that it wrote. */
  aside(hash: Uint8Array): Uint8Array
  /** Its number, and the hash of the block before it. */
  parent(hash: Uint8Array): Uint8Array
  /** A branch, by the hash of its last block. */
  branch(hash: Uint8Array): Uint8Array
  branches: { from: Uint8Array; to: Uint8Array }
  checkpoint(name: string): Uint8Array
  checkpoints: { from: Uint8Array; to: Uint8Array }
  /** How often the channel was moved to another block, and the move that isn't finished. */
  readonly journal: Uint8Array
}

/** Prefix of the journals of all channels. */
export const journalPrefix = 'j\0'

export function undoKeys(channel: string): UndoKeys {
  const named = (kind: string, ...rest: Uint8Array[]) => Buffer.concat([Buffer.from(`${kind}\0${channel}\0`), ...rest])
  const all = (kind: string) => ({ from: named(kind), to: Buffer.from(`${kind}\0${channel}\x01`) })
  return {
    undo: (number) => named('u', uint48(number)),
    aside: (hash) => named('r', hash),
    parent: (hash) => named('q', hash),
    branch: (hash) => named('a', hash),
    branches: all('a'),
    checkpoint: (name) => named('k', Buffer.from(name)),
    checkpoints: all('k'),
    journal: Buffer.from(`${journalPrefix}${channel}`),
  }
}

/** A block's place in the tree: its number (6 bytes), the hash of the one before it (32; none of the first). */
export interface Parent {
  number: number
  hash: Uint8Array
}

export function encodeParent({ number, hash }: Parent): Uint8Array {
  return Buffer.concat([uint48(number), hash])
}

export function decodeParent(bytes: Uint8Array): Parent {
  return { number: uintBE(bytes, 0, 6), hash: bytes.subarray(6) }
}

function uint48(number: number): Uint8Array {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(number, 0, 6)
  return bytes
}
