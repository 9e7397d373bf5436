import { createHash } from 'node:crypto'
import { KVMetadataWrite, KVRWSet } from '../protos/index.ts'
import { CollectionPvtReadWriteSet, NsPvtReadWriteSet, TxPvtReadWriteSet } from '../protos/private-data.ts'
import type { PrivateWriteSet } from './read-write-set.ts'
import { writeMessage } from './rwset-proto.ts'

/** The KVRWSet of one collection, which its `pvt_rwset_hash` hashes. */
export function marshalPrivateSet(set: PrivateWriteSet): Uint8Array {
  const kv = new KVRWSet()
  kv.setWritesList(set.writes.map(({ key, isDelete, value }) => writeMessage(key, isDelete, value)))
  kv.setMetadataWritesList(
    set.metadataWrites.map((key) => {
      const write = new KVMetadataWrite()
      write.setKey(key)
      return write
    }),
  )
  return kv.serializeBinary()
}

/** TxPvtReadWriteSet: the values that members get beside the transaction. Namespaces and collections must be sorted. */
export function marshalPrivateSets(sets: readonly PrivateWriteSet[]): Uint8Array {
  return privateSetMessage(sets.map((set) => ({ ...set, rwset: marshalPrivateSet(set) })))
}

/** The same of sets that are marshalled already. */
export function privateSetMessage(
  sets: readonly { namespace: string; collection: string; rwset: Uint8Array }[],
): Uint8Array {
  const message = new TxPvtReadWriteSet()
  const namespaces = new Map<string, NsPvtReadWriteSet>()
  for (const set of sets) {
    let ns = namespaces.get(set.namespace)
    if (ns === undefined) {
      ns = new NsPvtReadWriteSet()
      ns.setNamespace(set.namespace)
      namespaces.set(set.namespace, ns)
      message.addNsPvtRwset(ns)
    }
    const collection = new CollectionPvtReadWriteSet()
    collection.setCollectionName(set.collection)
    collection.setRwset(set.rwset)
    ns.addCollectionPvtRwset(collection)
  }
  return message.serializeBinary()
}

/** Each set with its bytes and the hash that the public set must hold. Throws if the bytes aren't a TxPvtReadWriteSet. */
export function unmarshalPrivateSets(bytes: Uint8Array): (PrivateWriteSet & { hash: Uint8Array; rwset: Uint8Array })[] {
  return TxPvtReadWriteSet.deserializeBinary(bytes)
    .getNsPvtRwsetList()
    .flatMap((ns) =>
      ns.getCollectionPvtRwsetList().map((collection) => {
        const kv = KVRWSet.deserializeBinary(collection.getRwset_asU8())
        return {
          namespace: ns.getNamespace(),
          collection: collection.getCollectionName(),
          rwset: collection.getRwset_asU8(),
          hash: sha256(collection.getRwset_asU8()),
          writes: kv.getWritesList().map((write) => ({
            key: write.getKey(),
            isDelete: write.getIsDelete() || write.getValue_asU8().length === 0,
            value: write.getValue_asU8(),
          })),
          metadataWrites: kv.getMetadataWritesList().map((write) => write.getKey()),
        }
      }),
    )
}

export function sha256(bytes: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
