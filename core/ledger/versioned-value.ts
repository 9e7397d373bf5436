import { KVMetadataEntry, KVMetadataWrite } from '../protos/index.ts'
import { decodeVersion, encodeVersion, uintBE } from './ledger-keys.ts'
import type { Version } from './results.ts'

/** A key's value in the world state and the height at which it was written (Fabric's statedb.VersionedValue). */
export interface VersionedValue {
  version: Version
  value: Uint8Array
  /** Marshalled metadata; empty if the key has none. */
  metadata: Uint8Array
}

const METADATA_AT = 14
const NO_METADATA = new Uint8Array()

/** Version (10 bytes), length of the metadata (4), metadata, value. */
export function encodeVersioned(versioned: VersionedValue): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(versioned.metadata.length)
  return Buffer.concat([encodeVersion(versioned.version), length, versioned.metadata, versioned.value])
}

export function decodeVersioned(bytes: Uint8Array): VersionedValue {
  const valueAt = METADATA_AT + uintBE(bytes, METADATA_AT - 4, 4)
  return {
    version: decodeVersion(bytes),
    metadata: valueAt === METADATA_AT ? NO_METADATA : bytes.subarray(METADATA_AT, valueAt),
    value: bytes.subarray(valueAt),
  }
}

export function encodeMetadata(metadata: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (metadata.size === 0) return new Uint8Array()
  const write = new KVMetadataWrite()
  for (const [name, value] of metadata) {
    const entry = new KVMetadataEntry()
    entry.setName(name)
    entry.setValue(value)
    write.addEntries(entry)
  }
  return write.serializeBinary()
}

export function decodeMetadata(bytes: Uint8Array): Map<string, Uint8Array> {
  const entries = bytes.length === 0 ? [] : KVMetadataWrite.deserializeBinary(bytes).getEntriesList()
  return new Map(entries.map((entry) => [entry.getName(), entry.getValue_asU8()]))
}
