import type { ReadWriteSet } from '../contract/call.ts'
import { LIFECYCLE_NAMESPACE, LSCC_NAMESPACE } from '../privdata/definition-keys.ts'
import { encodeBytes } from './encoded-bytes.ts'
import type { NamespaceReadWriteSet, PrivateWriteSet, Write } from './read-write-set.ts'
import type { PrivateRead } from './rwset-builder.ts'

type Namespace = ReadWriteSet['namespaces'][number]

/** Looks up the committed value that a write replaces, in public state or in a collection. */
export type ValueBefore = (namespace: string, key: string, collection?: string) => Uint8Array | undefined

/**
 * What was read and written, for people, with the plain keys and values of private data. What the peer itself read of
 * definitions comes last.
 */
export function describeReadWriteSet(
  namespaces: readonly NamespaceReadWriteSet[],
  privateSets: readonly PrivateWriteSet[],
  privateReads: readonly PrivateRead[],
  before: ValueBefore,
): ReadWriteSet {
  return {
    namespaces: definitionsLast(namespaces).map((ns) => ({
      namespace: ns.namespace,
      reads: ns.reads.map(({ key, version }) => ({ key, version })),
      rangeQueries: ns.rangeQueries.map(({ start, end, exhausted, reads }) => ({
        start,
        end,
        exhausted,
        keys: reads.map((read) => read.key),
      })),
      writes: ns.writes.map((write) => describeWrite(write, before(ns.namespace, write.key))),
      metadataWrites: ns.metadataWrites.map(({ key, metadata }) => ({ key, names: [...metadata.keys()] })),
      collections: collectionsOf(ns, privateSets, privateReads, before),
    })),
  }
}

/** All that it writes, metadata and private data included. */
export function writtenIn(set: ReadWriteSet): { key: string }[] {
  return set.namespaces.flatMap((ns) => [
    ...ns.writes,
    ...ns.metadataWrites,
    ...(ns.collections ?? []).flatMap((collection) => [
      ...collection.writes,
      ...collection.metadataWrites.map((key) => ({ key })),
    ]),
  ])
}

function definitionsLast(sets: readonly NamespaceReadWriteSet[]): NamespaceReadWriteSet[] {
  const isDefinition = ({ namespace }: NamespaceReadWriteSet) =>
    namespace === LIFECYCLE_NAMESPACE || namespace === LSCC_NAMESPACE
  return [...sets.filter((set) => !isDefinition(set)), ...sets.filter(isDefinition)]
}

function collectionsOf(
  { namespace, collections }: NamespaceReadWriteSet,
  privateSets: readonly PrivateWriteSet[],
  privateReads: readonly PrivateRead[],
  before: ValueBefore,
): Namespace['collections'] {
  if (collections.length === 0) return undefined
  return collections.map(({ name, writes: hashedWrites }) => {
    const isHere = (place: { namespace: string; collection: string }) =>
      place.namespace === namespace && place.collection === name
    const set = privateSets.find(isHere)
    return {
      name,
      reads: privateReads.filter(isHere).map(({ key, version }) => ({ key, version })),
      // Both lists of writes are in the order of the plain keys.
      writes: (set?.writes ?? []).map((write, i) => ({
        ...describeWrite(write, before(namespace, write.key, name)),
        isPurge: hashedWrites[i]?.isPurge === true ? true : undefined,
      })),
      metadataWrites: set?.metadataWrites ?? [],
    }
  })
}

function describeWrite({ key, isDelete, value }: Write, old: Uint8Array | undefined): Namespace['writes'][number] {
  const { text, encoding } = encodeBytes(value)
  return {
    key,
    isDelete,
    value: text,
    valueEncoding: encoding,
    before: old && encodeBytes(old),
  }
}
