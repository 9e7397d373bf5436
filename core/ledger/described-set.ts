import type { ReadWriteSet } from '../contract/call.ts'
import { encodeBytes } from './encoded-bytes.ts'
import type { NamespaceReadWriteSet, PrivateWriteSet, Write } from './read-write-set.ts'
import type { PrivateRead } from './rwset-builder.ts'

type Namespace = ReadWriteSet['namespaces'][number]

/** Looks up the committed value that a write replaces; of the state, or of a collection. */
export type ValueBefore = (namespace: string, key: string, collection?: string) => Uint8Array | undefined

/** What was read and written, for people, who see the plain keys and values of private data. */
export function describeReadWriteSet(
  namespaces: readonly NamespaceReadWriteSet[],
  privateSets: readonly PrivateWriteSet[],
  privateReads: readonly PrivateRead[],
  before: ValueBefore,
): ReadWriteSet {
  return {
    namespaces: namespaces.map((ns) => ({
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
      ...collectionsOf(ns, privateSets, privateReads, before),
    })),
  }
}

function collectionsOf(
  { namespace, collections }: NamespaceReadWriteSet,
  privateSets: readonly PrivateWriteSet[],
  privateReads: readonly PrivateRead[],
  before: ValueBefore,
): Pick<Namespace, 'collections'> {
  if (collections.length === 0) return {}
  return {
    collections: collections.map(({ name, writes: hashed }) => {
      const isHere = (one: { namespace: string; collection: string }) =>
        one.namespace === namespace && one.collection === name
      const set = privateSets.find(isHere)
      return {
        name,
        reads: privateReads.filter(isHere).map(({ key, version }) => ({ key, version })),
        // The two lists are in the same order, that of the plain keys.
        writes: (set?.writes ?? []).map((write, i) => ({
          ...describeWrite(write, before(namespace, write.key, name)),
          ...(hashed[i]?.isPurge === true ? { isPurge: true } : {}),
        })),
        metadataWrites: set?.metadataWrites ?? [],
      }
    }),
  }
}

function describeWrite({ key, isDelete, value }: Write, old: Uint8Array | undefined): Namespace['writes'][number] {
  const { text, encoding } = encodeBytes(value)
  return {
    key,
    isDelete,
    value: text,
    valueEncoding: encoding,
    ...(old === undefined ? {} : { before: encodeBytes(old) }),
  }
}
