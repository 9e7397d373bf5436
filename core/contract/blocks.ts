import type { KeyVersionRef } from './call.ts'
import type { Millis } from './time.ts'

/** Text, or `{ base64 }` for bytes that aren't UTF-8. */
export type ReadableBytes = string | { base64: string }

/** Who signed. */
export interface Signer {
  mspId: string
  /** CN of the certificate; empty if it can't be read. */
  name: string
}

/** A transaction as a list shows it. */
export interface TransactionRow {
  txId: string
  /** Fabric's HeaderType: ENDORSER_TRANSACTION, CONFIG. */
  type: string
  /** Fabric's TxValidationCode. */
  validationCode: string
  /** By the client's clock. */
  at?: Millis | undefined
  creator?: Signer | undefined
  chaincode?: string | undefined
  function?: string | undefined
}

export interface BlockRow {
  number: number
  /** Size as stored. */
  bytes: number
  transactions: TransactionRow[]
}

/** Read downwards from a block. */
export interface ReadBlocks {
  channel: string
  /** Number of the first block to read. */
  from: number
  /** At most 500. */
  limit: number
}

export interface NamespaceDetail {
  namespace: string
  reads: { key: string; version: KeyVersionRef | null }[]
  rangeQueries?: unknown[] | undefined
  writes: { key: string; isDelete?: boolean; value?: ReadableBytes }[]
  metadataWrites?: { key: string; names: string[] }[] | undefined
  /** What private data leaves in a block: hashes, in hexadecimal. */
  collections?:
    | {
        name: string
        reads: { keyHash: string; version: KeyVersionRef | null }[]
        writes: { keyHash: string; isDelete?: boolean; valueHash?: string }[]
      }[]
    | undefined
}

export interface TransactionDetail extends TransactionRow {
  channel: string
  timestamp?: string | undefined
  args?: ReadableBytes[] | undefined
  response?: { status: number; payload: ReadableBytes } | undefined
  endorsers?: Signer[] | undefined
  event?: { name: string; payload: ReadableBytes } | undefined
  readWriteSet?: NamespaceDetail[] | undefined
  /** Of a configuration. */
  config?: unknown
}

/** A block for people; hashes in hexadecimal. */
export interface BlockDetail {
  number: number
  hash: string
  previousHash: string
  dataHash: string
  commitHash: string
  lastConfig: number
  signedBy: Signer[]
  transactions: TransactionDetail[]
}

/** A place in the chain: transaction `tx` of block `block`. */
export type ChainPlace = KeyVersionRef

/** Read events backwards through the blocks. */
export interface ReadEvents {
  channel: string
  /** Only older ones. Default: from the newest. */
  before?: ChainPlace | undefined
  /** At most 500. */
  limit: number
  chaincode?: string | undefined
  /** Only those whose name contains this, in any case. */
  name?: string | undefined
}

/** An event of a valid transaction: the only ones that a peer tells its clients. */
export interface CommittedEvent {
  block: number
  tx: number
  txId: string
  at?: Millis | undefined
  chaincode: string
  function?: string | undefined
  name: string
  payload: ReadableBytes
}

export interface EventsPage {
  /** Newest first. */
  events: CommittedEvent[]
  /** Where to read on; absent at the first block. A page may be empty and still name one: only so many blocks are read at once. */
  next?: ChainPlace
}
