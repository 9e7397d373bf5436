import type { Version } from './results.ts'
import type { MerkleSummary } from './merkle-summary.ts'

export interface Read {
  key: string
  /** null: there was no such key. */
  version: Version | null
}

export interface RangeQuery {
  start: string
  /** Where the query ended: the end asked for when exhausted, else the last key read. */
  end: string
  /** Read to its end. Where not, `end` is inclusive. */
  exhausted: boolean
  /** Empty in a set that was received, where there is a summary in their place. */
  reads: Read[]
  summary?: MerkleSummary
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

/** What is public of a transaction's part in one private collection: hashes of keys and values, sha256. */
export interface CollectionHashedSet {
  name: string
  reads: { keyHash: Uint8Array; version: Version | null }[]
  writes: { keyHash: Uint8Array; isDelete: boolean; isPurge: boolean; valueHash: Uint8Array }[]
  metadataWrites: { keyHash: Uint8Array; metadata: ReadonlyMap<string, Uint8Array> }[]
  /** Hash of the private set; empty where nothing was written. */
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

/** What only members are given: the values of one collection. Metadata is public, so only its keys are here. */
export interface PrivateWriteSet {
  namespace: string
  collection: string
  writes: Write[]
  metadataWrites: string[]
}
