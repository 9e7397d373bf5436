import type { CompositeKey } from './composite-key.ts'
import type { EncodedBytes, KeyVersionRef, QueryReport } from './call.ts'
import type { Millis } from './time.ts'

export interface ReadState {
  channel: string
  namespace: string
  /** A private collection; default: the public state. */
  collection?: string
  /** MSP id of the organisation as which to read a collection; a non-member sees only hashes. */
  mspId?: string
  /**
   * The state as it was: a number of blocks, the name of a checkpoint or the id of a branch. Collections are as they are
   * defined now, and there are no rich queries. Default: as it is now.
   */
  point?: string
  /** First key to return; default: the namespace's first. */
  from?: string
  /** Only keys with this prefix (composite keys in their raw form). */
  prefix?: string
  /** Only keys that contain this in their name or value, in any case. Such a page may be empty and still name a `next`. */
  contains?: string
  /**
   * A rich query as chaincode passes it to GetQueryResult: only what it selects, in its order. Then `from` is the
   * bookmark where the page before ended, and `prefix` and `contains` don't count.
   */
  query?: string
  /** At most 1,000. */
  limit: number
}

export interface StatePage {
  entries: StateEntry[]
  /** Keys (base64) and values (hexadecimal) are hashes: all that a non-member gets. */
  hashed?: true
  /** Pass as `from` to continue; absent at the end. */
  next?: string
  /** How a rich query was answered. */
  report?: Pick<QueryReport, 'index' | 'examined' | 'warnings'>
}

export interface ReadHistory {
  channel: string
  namespace: string
  key: string
  /** Only versions that this block or an older one wrote: the first is the value at that block. Default: all. */
  upTo?: number
  /** Default: all. */
  limit?: number
}

export interface StateEntry extends EncodedBytes {
  key: string
  /** Its parts, if it is a composite key. */
  composite?: CompositeKey | undefined
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

/** A private data collection from the chaincode's definition, or an organisation's implicit one. */
export interface CollectionDescription {
  name: string
  /** MSP ids of the organisations whose peers hold its values. */
  members: string[]
  /** An organisation's own, without a definition. */
  isImplicit: boolean
  /** Number of blocks after which its values are purged; 0: never. */
  blockToLive: number
  /** How many peers besides the endorsing one must hold its values before a call is endorsed. */
  requiredPeerCount: number
  memberOnlyRead: boolean
  memberOnlyWrite: boolean
  /** As written; absent if it has none of its own. */
  policy?: string | undefined
  endorsementPolicy?: string | undefined
}
