import { compareKeys } from '../mango/key-order.ts'
import type { Version } from './results.ts'
import { marshalPrivateSet, sha256 } from './private-rwset-proto.ts'
import type { CollectionHashedSet, NamespaceReadWriteSet, PrivateWriteSet, RangeQuery, Read } from './read-write-set.ts'

interface NamespaceRecord {
  reads: Map<string, Read>
  rangeQueries: RangeQuery[]
  /** undefined: a delete. */
  writes: Map<string, Uint8Array | undefined>
  metadataWrites: Map<string, ReadonlyMap<string, Uint8Array>>
  collections: Map<string, CollectionRecord>
}

interface CollectionRecord {
  reads: Map<string, Version | null>
  writes: Map<string, { value: Uint8Array | undefined; isPurge: boolean }>
  metadataWrites: Map<string, ReadonlyMap<string, Uint8Array>>
}

/** What a transaction read in a private collection, by its plain key, which only the simulating peer knows. */
export interface PrivateRead {
  namespace: string
  collection: string
  key: string
  version: Version | null
}

/** Collects what one transaction reads and writes (Fabric, rwsetutil/rwset_builder.go). The last write of a key wins. */
export class RWSetBuilder {
  readonly #namespaces = new Map<string, NamespaceRecord>()

  /** The namespace then takes part, even if nothing is read or written in it. */
  namespace(name: string): NamespaceRecord {
    let record = this.#namespaces.get(name)
    if (record === undefined) {
      record = {
        reads: new Map(),
        rangeQueries: [],
        writes: new Map(),
        metadataWrites: new Map(),
        collections: new Map(),
      }
      this.#namespaces.set(name, record)
    }
    return record
  }

  collection(namespace: string, name: string): CollectionRecord {
    const { collections } = this.namespace(namespace)
    let record = collections.get(name)
    if (record === undefined) {
      record = { reads: new Map(), writes: new Map(), metadataWrites: new Map() }
      collections.set(name, record)
    }
    return record
  }

  /** In Fabric's order, so the same transaction always gives the same bytes. */
  publicSets(): NamespaceReadWriteSet[] {
    const hashes = new Map(
      this.privateSets().map((set) => [`${set.namespace}\0${set.collection}`, sha256(marshalPrivateSet(set))]),
    )
    return sorted(this.#namespaces).map(([namespace, record]) => ({
      namespace,
      reads: sorted(record.reads).map(([, read]) => read),
      rangeQueries: distinct(record.rangeQueries),
      writes: sorted(record.writes).map(([key, value]) => ({ key, ...written(value) })),
      metadataWrites: sorted(record.metadataWrites).map(([key, metadata]) => ({ key, metadata })),
      collections: sorted(record.collections).map(([name, collection]) => ({
        ...hashedSet(name, collection),
        pvtRwsetHash: hashes.get(`${namespace}\0${name}`) ?? NOTHING,
      })),
    }))
  }

  /** Those of the collections that were written to. */
  privateSets(): PrivateWriteSet[] {
    return sorted(this.#namespaces).flatMap(([namespace, { collections }]) =>
      sorted(collections)
        .filter(([, { writes, metadataWrites }]) => writes.size + metadataWrites.size > 0)
        .map(([collection, { writes, metadataWrites }]) => ({
          namespace,
          collection,
          writes: sorted(writes).map(([key, { value }]) => ({ key, ...written(value) })),
          metadataWrites: sorted(metadataWrites).map(([key]) => key),
        })),
    )
  }

  privateReads(): PrivateRead[] {
    return sorted(this.#namespaces).flatMap(([namespace, { collections }]) =>
      sorted(collections).flatMap(([collection, { reads }]) =>
        sorted(reads).map(([key, version]) => ({ namespace, collection, key, version })),
      ),
    )
  }
}

const NOTHING = new Uint8Array()

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => compareKeys(a, b))
}

function written(value: Uint8Array | undefined): { isDelete: boolean; value: Uint8Array } {
  return { isDelete: value === undefined, value: value ?? NOTHING }
}

/** Hashes are in the order of the plain keys. */
function hashedSet(name: string, { reads, writes, metadataWrites }: CollectionRecord): CollectionHashedSet {
  return {
    name,
    reads: sorted(reads).map(([key, version]) => ({ keyHash: sha256(key), version })),
    writes: sorted(writes).map(([key, { value, isPurge }]) => ({
      keyHash: sha256(key),
      isDelete: value === undefined,
      isPurge,
      valueHash: value === undefined ? NOTHING : sha256(value),
    })),
    metadataWrites: sorted(metadataWrites).map(([key, metadata]) => ({ keyHash: sha256(key), metadata })),
    pvtRwsetHash: NOTHING,
  }
}

/**
 * Keeps the first of several identical ranges that were read equally far (AddToRangeQuerySet), and drops those that
 * nothing was read from: they leave nothing to validate, and a shim's requests always read at once.
 */
function distinct(queries: readonly RangeQuery[]): RangeQuery[] {
  const seen = new Set<string>()
  return queries.filter(({ start, end, exhausted, reads }) => {
    if (!exhausted && reads.length === 0) return false
    const key = JSON.stringify([start, end, exhausted])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
