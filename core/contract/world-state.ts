import type { EncodedBytes, KeyVersionRef } from './call.ts'
import type { Millis } from './state.ts'

export interface ReadState {
  channel: string
  namespace: string
  /** One of its private collections in place of its public state. */
  collection?: string
  /** MSP id of the organisation through whose eyes a collection is read: one that is no member sees its hashes. */
  mspId?: string
  /** First key wanted; default the namespace's first. */
  from?: string
  /** Only keys that begin so (composite keys: in their raw form). */
  prefix?: string
  /** At most 1,000. */
  limit: number
}

export interface StatePage {
  entries: StateEntry[]
  /** Keys (base64) and values (hexadecimal) are hashes, which is all that an organisation that is no member is given. */
  hashed?: true
  /** Pass as `from` to go on; absent at the end. */
  next?: string
}

export interface StateEntry extends EncodedBytes {
  key: string
  /** Decoded composite key. */
  composite?: { objectType: string; attributes: string[] }
  version: KeyVersionRef
  /** Bytes. */
  size: number
}

export interface KeyVersion extends EncodedBytes {
  txId: string
  at: Millis
  isDelete: boolean
  version: KeyVersionRef
}

/** A private data collection as its chaincode's definition has it, or one that every organisation has for itself. */
export interface CollectionDescription {
  name: string
  /** MSP ids of those whose peers hold its values. */
  members: string[]
  /** Nobody defined it. */
  isImplicit: boolean
  /** Blocks after which its values are purged; 0: never. */
  blockToLive: number
  memberOnlyRead: boolean
  memberOnlyWrite: boolean
  /** As they are written; absent where it has none of its own. */
  policy?: string
  endorsementPolicy?: string
}
