import { unmarshalReadWriteSet } from '../../../core/ledger/rwset-proto.ts'
import { decodePolicy, POLICY } from './key-policy.ts'

export { POLICY }

type Metadata = readonly [name: string, value: string] | undefined

/** The read and write set of one namespace, as the model and the peer can both say it. */
export interface PlainSet {
  reads: [key: string, version: string | undefined][]
  /** `hashes`: too many reads to be recorded one by one. */
  ranges: { start: string; end: string; exhausted: boolean; reads: [key: string, version: string][] | 'hashes' }[]
  /** undefined: deleted. */
  writes: [key: string, value: string | undefined][]
  metadata: [key: string, metadata: Metadata][]
  collections: {
    name: string
    /** Hashes of keys and values, in hexadecimal, in the order of the plain keys. */
    reads: [keyHash: string, version: string | undefined][]
    writes: { key: string; isPurge: boolean; value: string | undefined }[]
    metadata: [keyHash: string, metadata: Metadata][]
  }[]
}

const EMPTY: PlainSet = { reads: [], ranges: [], writes: [], metadata: [], collections: [] }

/** That namespace's part of a marshalled TxReadWriteSet. */
export function readPlainSet(bytes: Uint8Array, namespace: string): PlainSet {
  const set = unmarshalReadWriteSet(bytes).find((candidate) => candidate.namespace === namespace)
  if (set === undefined) return EMPTY
  return {
    reads: set.reads.map(({ key, version }) => [key, versionText(version)]),
    ranges: set.rangeQueries.map(({ start, end, exhausted, reads, summary }) => ({
      start,
      end,
      exhausted,
      reads: summary === undefined ? reads.map(({ key, version }) => [key, versionText(version) ?? '']) : 'hashes',
    })),
    writes: set.writes.map(({ key, isDelete, value }) => [key, isDelete ? undefined : Buffer.from(value).toString()]),
    metadata: set.metadataWrites.map(({ key, metadata }) => [key, onlyOne(metadata)]),
    collections: set.collections.map(({ name, reads, writes, metadataWrites }) => ({
      name,
      reads: reads.map(({ keyHash, version }) => [hex(keyHash), versionText(version)]),
      writes: writes.map(({ keyHash, isDelete, isPurge, valueHash }) => ({
        key: hex(keyHash),
        isPurge,
        value: isDelete ? undefined : hex(valueHash),
      })),
      metadata: metadataWrites.map(({ keyHash, metadata }) => [hex(keyHash), onlyOne(metadata)]),
    })),
  }
}

/** A key's metadata, of which a chaincode can only set one. */
export function onlyOne(metadata: ReadonlyMap<string, Uint8Array>): Metadata {
  const [entry, ...others] = metadata
  if (entry === undefined) return undefined
  if (others.length > 0) throw new Error(`several metadata: ${[...metadata.keys()].join()}`)
  const [name, value] = entry
  return [name, name === POLICY ? decodePolicy(value) : Buffer.from(value).toString()]
}

function versionText(version: { block: number; tx: number } | null): string | undefined {
  return version === null ? undefined : `${version.block}:${version.tx}`
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
