import type { ReadWriteSet } from '../contract/api.ts'
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
import { encodeBytes } from './encoded-bytes.ts'
import { compareKeys } from './key-order.ts'
import type { Version } from './ledger.ts'

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
  reads: Read[]
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

/** What one transaction read and wrote in one namespace, keys in Fabric's order. */
export interface NamespaceReadWriteSet {
  namespace: string
  reads: Read[]
  rangeQueries: RangeQuery[]
  writes: Write[]
  metadataWrites: MetadataWrite[]
}

/** In a fixed order, so that the same transaction always gives the same bytes. */
export function sortReadWriteSet(namespaces: NamespaceReadWriteSet[]): NamespaceReadWriteSet[] {
  const byKey = (a: { key: string }, b: { key: string }) => compareKeys(a.key, b.key)
  for (const ns of namespaces) {
    ns.reads.sort(byKey)
    ns.writes.sort(byKey)
    ns.metadataWrites.sort(byKey)
  }
  return namespaces.sort((a, b) => compareKeys(a.namespace, b.namespace))
}

/** TxReadWriteSet as Fabric has it (ledger/rwset/rwset.proto, kvrwset/kv_rwset.proto). */
export function marshalReadWriteSet(namespaces: NamespaceReadWriteSet[]): Uint8Array {
  const set = new TxReadWriteSet()
  set.setDataModel(0) // KV
  for (const ns of namespaces) {
    const kv = new KVRWSet()
    kv.setReadsList(ns.reads.map(readMessage))
    kv.setRangeQueriesInfoList(ns.rangeQueries.map(rangeMessage))
    kv.setWritesList(ns.writes.map(writeMessage))
    kv.setMetadataWritesList(ns.metadataWrites.map(metadataMessage))
    const message = new NsReadWriteSet()
    message.setNamespace(ns.namespace)
    message.setRwset(kv.serializeBinary())
    set.addNsRwset(message)
  }
  return set.serializeBinary()
}

/** Throws where the bytes are no TxReadWriteSet. */
export function unmarshalReadWriteSet(bytes: Uint8Array): NamespaceReadWriteSet[] {
  return TxReadWriteSet.deserializeBinary(bytes)
    .getNsRwsetList()
    .map((ns) => {
      const kv = KVRWSet.deserializeBinary(ns.getRwset_asU8())
      return {
        namespace: ns.getNamespace(),
        reads: kv.getReadsList().map(readOf),
        rangeQueries: kv.getRangeQueriesInfoList().map((query) => ({
          start: query.getStartKey(),
          end: query.getEndKey(),
          exhausted: query.getItrExhausted(),
          reads: (query.getRawReads()?.getKvReadsList() ?? []).map(readOf),
        })),
        writes: kv.getWritesList().map((write) => ({
          key: write.getKey(),
          isDelete: write.getIsDelete() || write.getValue_asU8().length === 0,
          value: write.getValue_asU8(),
        })),
        metadataWrites: kv.getMetadataWritesList().map((write) => ({
          key: write.getKey(),
          metadata: new Map(write.getEntriesList().map((entry) => [entry.getName(), entry.getValue_asU8()])),
        })),
      }
    })
}

/** The same for people. `before` looks up the committed value that a write replaces. */
export function describeReadWriteSet(
  namespaces: NamespaceReadWriteSet[],
  before: (namespace: string, key: string) => Uint8Array | undefined,
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
      writes: ns.writes.map(({ key, isDelete, value }) => {
        const { text, encoding } = encodeBytes(value)
        const old = before(ns.namespace, key)
        return {
          key,
          isDelete,
          value: text,
          valueEncoding: encoding,
          ...(old === undefined ? {} : { before: encodeBytes(old) }),
        }
      }),
      metadataWrites: ns.metadataWrites.map(({ key, metadata }) => ({ key, names: [...metadata.keys()] })),
    })),
  }
}

function readMessage({ key, version }: Read): KVRead {
  const message = new KVRead()
  message.setKey(key)
  if (version !== null) {
    const at = new VersionMessage()
    at.setBlockNum(version.block)
    at.setTxNum(version.tx)
    message.setVersion(at)
  }
  return message
}

function readOf(message: KVRead): Read {
  const version = message.getVersion()
  return {
    key: message.getKey(),
    version: version === undefined ? null : { block: version.getBlockNum(), tx: version.getTxNum() },
  }
}

function rangeMessage(query: RangeQuery): RangeQueryInfo {
  const reads = new QueryReads()
  reads.setKvReadsList(query.reads.map(readMessage))
  const message = new RangeQueryInfo()
  message.setStartKey(query.start)
  message.setEndKey(query.end)
  message.setItrExhausted(query.exhausted)
  // Fabric may send a Merkle summary in place of long lists; the raw reads are as valid and tell which key changed.
  message.setRawReads(reads)
  return message
}

function writeMessage({ key, isDelete, value }: Write): KVWrite {
  const message = new KVWrite()
  message.setKey(key)
  message.setIsDelete(isDelete)
  message.setValue(value)
  return message
}

function metadataMessage({ key, metadata }: MetadataWrite): KVMetadataWrite {
  const message = new KVMetadataWrite()
  message.setKey(key)
  for (const [name, value] of metadata) {
    const entry = new KVMetadataEntry()
    entry.setName(name)
    entry.setValue(value)
    message.addEntries(entry)
  }
  return message
}
