import {
  KVMetadataEntry,
  KVMetadataWrite,
  KVRead,
  KVRWSet,
  KVWrite,
  NsReadWriteSet,
  QueryReads,
  RangeQueryInfo,
  TxReadWriteSet,
  Version as VersionMessage,
} from '../protos/index.ts'
import {
  CollectionHashedReadWriteSet,
  HashedRWSet,
  KVMetadataWriteHash,
  KVReadHash,
  KVWriteHash,
  QueryReadsMerkleSummary,
} from '../protos/private-data.ts'
import type { Version } from './results.ts'
import { merkleSummary } from './merkle-summary.ts'
import type { CollectionHashedSet, NamespaceReadWriteSet, RangeQuery, Read } from './read-write-set.ts'

/**
 * TxReadWriteSet, byte for byte as Fabric marshals it (rwsetutil/rwset_proto_util.go, v3.1). Namespaces, keys and
 * collections must be sorted.
 */
export function marshalReadWriteSet(namespaces: NamespaceReadWriteSet[]): Uint8Array {
  const set = new TxReadWriteSet()
  set.setDataModel(0) // KV
  for (const ns of namespaces) {
    const kv = new KVRWSet()
    kv.setReadsList(ns.reads.map(readMessage))
    kv.setRangeQueriesInfoList(ns.rangeQueries.map(rangeMessage))
    kv.setWritesList(ns.writes.map(({ key, isDelete, value }) => writeMessage(key, isDelete, value)))
    kv.setMetadataWritesList(
      ns.metadataWrites.map(({ key, metadata }) => {
        const message = new KVMetadataWrite()
        message.setKey(key)
        message.setEntriesList(entriesOf(metadata))
        return message
      }),
    )
    const message = new NsReadWriteSet()
    message.setNamespace(ns.namespace)
    message.setRwset(kv.serializeBinary())
    message.setCollectionHashedRwsetList(ns.collections.map(collectionMessage))
    set.addNsRwset(message)
  }
  return set.serializeBinary()
}

/** Throws if the bytes aren't a TxReadWriteSet. */
export function unmarshalReadWriteSet(bytes: Uint8Array): NamespaceReadWriteSet[] {
  return TxReadWriteSet.deserializeBinary(bytes)
    .getNsRwsetList()
    .map((ns) => {
      const kv = KVRWSet.deserializeBinary(ns.getRwset_asU8())
      return {
        namespace: ns.getNamespace(),
        reads: kv.getReadsList().map(readOf),
        rangeQueries: kv.getRangeQueriesInfoList().map(rangeOf),
        writes: kv.getWritesList().map((write) => ({
          key: write.getKey(),
          isDelete: write.getIsDelete() || write.getValue_asU8().length === 0,
          value: write.getValue_asU8(),
        })),
        metadataWrites: kv
          .getMetadataWritesList()
          .map((write) => ({ key: write.getKey(), metadata: metadataOf(write) })),
        collections: ns.getCollectionHashedRwsetList().map(collectionOf),
      }
    })
}

export function writeMessage(key: string, isDelete: boolean, value: Uint8Array): KVWrite {
  const message = new KVWrite()
  message.setKey(key)
  message.setIsDelete(isDelete)
  message.setValue(value)
  return message
}

function readMessage({ key, version }: Read): KVRead {
  const message = new KVRead()
  message.setKey(key)
  if (version !== null) message.setVersion(versionMessage(version))
  return message
}

function versionMessage({ block, tx }: Version): VersionMessage {
  const message = new VersionMessage()
  message.setBlockNum(block)
  message.setTxNum(tx)
  return message
}

function readOf(message: KVRead): Read {
  return { key: message.getKey(), version: versionOf(message.getVersion()) }
}

function versionOf(version: VersionMessage | undefined): Version | null {
  return version === undefined ? null : { block: version.getBlockNum(), tx: version.getTxNum() }
}

/** Marshalled QueryReads, which is also what gets hashed. */
export function serializeReads(reads: readonly Read[]): Uint8Array {
  return readsMessage(reads).serializeBinary()
}

function readsMessage(reads: readonly Read[]): QueryReads {
  const message = new QueryReads()
  message.setKvReadsList(reads.map(readMessage))
  return message
}

function rangeMessage(query: RangeQuery): RangeQueryInfo {
  const message = new RangeQueryInfo()
  message.setStartKey(query.start)
  message.setEndKey(query.end)
  message.setItrExhausted(query.exhausted)
  const summary = merkleSummary(query.reads, serializeReads)
  if (summary !== undefined) {
    const hashes = new QueryReadsMerkleSummary()
    hashes.setMaxDegree(summary.maxDegree)
    hashes.setMaxLevel(summary.maxLevel)
    hashes.setMaxLevelHashesList(summary.maxLevelHashes)
    message.setReadsMerkleHashes(hashes)
  } else if (query.reads.length > 0) message.setRawReads(readsMessage(query.reads))
  return message
}

function rangeOf(query: RangeQueryInfo): RangeQuery {
  const hashes = query.getReadsMerkleHashes()
  return {
    start: query.getStartKey(),
    end: query.getEndKey(),
    exhausted: query.getItrExhausted(),
    reads: (query.getRawReads()?.getKvReadsList() ?? []).map(readOf),
    summary: hashes && {
      maxDegree: hashes.getMaxDegree(),
      maxLevel: hashes.getMaxLevel(),
      maxLevelHashes: hashes.getMaxLevelHashesList_asU8(),
    },
  }
}

function collectionMessage(collection: CollectionHashedSet): CollectionHashedReadWriteSet {
  const hashed = new HashedRWSet()
  hashed.setHashedReadsList(
    collection.reads.map(({ keyHash, version }) => {
      const read = new KVReadHash()
      read.setKeyHash(keyHash)
      if (version !== null) read.setVersion(versionMessage(version))
      return read
    }),
  )
  hashed.setHashedWritesList(
    collection.writes.map(({ keyHash, isDelete, isPurge, valueHash }) => {
      const write = new KVWriteHash()
      write.setKeyHash(keyHash)
      write.setIsDelete(isDelete)
      write.setValueHash(valueHash)
      write.setIsPurge(isPurge)
      return write
    }),
  )
  hashed.setMetadataWritesList(
    collection.metadataWrites.map(({ keyHash, metadata }) => {
      const write = new KVMetadataWriteHash()
      write.setKeyHash(keyHash)
      write.setEntriesList(entriesOf(metadata))
      return write
    }),
  )
  const message = new CollectionHashedReadWriteSet()
  message.setCollectionName(collection.name)
  message.setHashedRwset(hashed.serializeBinary())
  message.setPvtRwsetHash(collection.pvtRwsetHash)
  return message
}

function collectionOf(message: CollectionHashedReadWriteSet): CollectionHashedSet {
  const hashed = HashedRWSet.deserializeBinary(message.getHashedRwset_asU8())
  return {
    name: message.getCollectionName(),
    reads: hashed.getHashedReadsList().map((read) => ({
      keyHash: read.getKeyHash_asU8(),
      version: versionOf(read.getVersion()),
    })),
    writes: hashed.getHashedWritesList().map((write) => ({
      keyHash: write.getKeyHash_asU8(),
      isDelete: write.getIsDelete(),
      isPurge: write.getIsPurge(),
      valueHash: write.getValueHash_asU8(),
    })),
    metadataWrites: hashed.getMetadataWritesList().map((write) => ({
      keyHash: write.getKeyHash_asU8(),
      metadata: metadataOf(write),
    })),
    pvtRwsetHash: message.getPvtRwsetHash_asU8(),
  }
}

/** Sorted by name, as Fabric does. */
function entriesOf(metadata: ReadonlyMap<string, Uint8Array>): KVMetadataEntry[] {
  return [...metadata]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => {
      const entry = new KVMetadataEntry()
      entry.setName(name)
      entry.setValue(value)
      return entry
    })
}

function metadataOf(write: { getEntriesList(): KVMetadataEntry[] }): Map<string, Uint8Array> {
  return new Map(write.getEntriesList().map((entry) => [entry.getName(), entry.getValue_asU8()]))
}
