import { createHash } from 'node:crypto'
import { parseDerived } from '../privdata/namespaces.ts'
import { Metadata } from '../protos/config.ts'
import { field, uvarint, varint } from '../protos/fields.ts'
import type { KeyUpdate } from './block-updates.ts'
import type { Version } from './results.ts'

type Update = Pick<KeyUpdate, 'value' | 'version'> & { namespace: string; key: string }

/**
 * The hash by which peers compare their states after a block: over the codes of its transactions, its public and hashed
 * writes, and the previous block's commit hash (core/ledger/kvledger/kv_ledger.go, addBlockCommitHash;
 * txmgmt/txmgr/update_batch_bytes.go, v3.1).
 * @param previous empty for the first block after the genesis block
 */
export function commitHash(codes: readonly number[], updates: Iterable<Update>, previous: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(uvarint(codes.length))
    .update(Uint8Array.from(codes))
    .update(updateBytes(updates))
    .update(previous)
    .digest()
}

/** The COMMIT_HASH of a block's metadata. */
export function commitHashMetadata(hash: Uint8Array): Uint8Array {
  const metadata = new Metadata()
  metadata.setValue(hash)
  return metadata.serializeBinary()
}

interface Place {
  namespace: string
  /** '' for public state. */
  collection: string
  keys: { key: Uint8Array; value: Uint8Array | undefined; version: Version }[]
}

/** txmgr.Updates: sorted by namespace, collection and key; only the first key of each has their names. */
export function updateBytes(updates: Iterable<Update>): Uint8Array {
  const places = new Map<string, Place>()
  for (const { namespace, key, value, version } of updates) {
    const derived = parseDerived(namespace)
    if (derived?.kind === 'private') continue
    let place = places.get(namespace)
    if (place === undefined) {
      const at = derived ?? { namespace, collection: '' }
      places.set(namespace, (place = { namespace: at.namespace, collection: at.collection, keys: [] }))
    }
    place.keys.push({ key: Buffer.from(key, derived === undefined ? 'utf8' : 'base64'), value, version })
  }
  const sorted = [...places.values()].sort(
    (a, b) => compareText(a.namespace, b.namespace) || compareText(a.collection, b.collection),
  )
  return Buffer.concat(
    sorted.flatMap(({ namespace, collection, keys }, i) => {
      const isNew = sorted[i - 1]?.namespace !== namespace
      keys.sort((a, b) => Buffer.compare(a.key, b.key))
      return keys.map(({ key, value, version }, at) =>
        field(
          1,
          text(1, at === 0 && isNew ? namespace : ''),
          text(2, at === 0 ? collection : ''),
          bytes(3, key),
          value === undefined ? varint(4, 1) : bytes(5, value),
          bytes(6, versionBytes(version)),
        ),
      )
    }),
  )
}

function text(number: number, value: string): Uint8Array {
  return bytes(number, Buffer.from(value))
}

/** proto3 leaves out empty fields. */
function bytes(number: number, value: Uint8Array): Uint8Array {
  return value.length === 0 ? NOTHING : field(number, value)
}

const NOTHING = new Uint8Array()

function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Height.ToBytes: each number preceded by its length in bytes (common/ledger/util/util.go, v3.1). */
function versionBytes({ block, tx }: Version): Uint8Array {
  return Buffer.concat([orderPreserving(block), orderPreserving(tx)])
}

function orderPreserving(number: number): Uint8Array {
  const digits = number === 0 ? '' : number.toString(16)
  const big = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.of(big.length), big])
}
