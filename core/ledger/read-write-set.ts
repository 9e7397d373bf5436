import type { Version } from './results.ts'
import type { MerkleSummary } from './merkle-summary.ts'

export interface Read {
  key: string
  /** null: the key didn't exist. */
  version: Version | null
}

export interface RangeQuery {
  start: string
  /** Where the query ended: the requested end if exhausted, otherwise the last key read. */
  end: string
  /** Whether it was read to its end. If not, `end` is inclusive. */
  exhausted: boolean
  /** Empty in a received set that has a summary instead. */
  reads: Read[]
  summary?: MerkleSummary | undefined
}

export interface Write {
  key: string
  isDelete: boolean
  value: Uint8Array
}

export interface MetadataWrite {
  key: string
  metadata: ReadonlyMap<string, Uint8Array>
}

/** The public part of a transaction's work in one private collection: sha256 hashes of keys and values. */
export interface CollectionHashedSet {
  name: string
  reads: { keyHash: Uint8Array; version: Version | null }[]
  writes: { keyHash: Uint8Array; isDelete: boolean; isPurge: boolean; valueHash: Uint8Array }[]
  metadataWrites: { keyHash: Uint8Array; metadata: ReadonlyMap<string, Uint8Array> }[]
  /** Hash of the private set; empty if nothing was written. */
  pvtRwsetHash: Uint8Array
}

/** What one transaction read and wrote in one namespace, keys in Fabric's order. */
export interface NamespaceReadWriteSet {
  namespace: string
  reads: Read[]
  rangeQueries: RangeQuery[]
  writes: Write[]
  metadataWrites: MetadataWrite[]
  collections: CollectionHashedSet[]
}

/** The part that only members get: the values of one collection. Metadata is public, so only its keys are listed. */
export interface PrivateWriteSet {
  namespace: string
  collection: string
  writes: Write[]
  metadataWrites: string[]
}
