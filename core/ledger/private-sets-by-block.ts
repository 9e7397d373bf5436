import { hashedKey } from '../privdata/namespaces.ts'
import { KVRWSet } from '../protos/index.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import { sha256 } from './private-rwset-proto.ts'
import type { Version } from './results.ts'
import type { Store } from './store.ts'
import type { StoreOperation } from './store-entries.ts'

/** What a transaction wrote in a collection, as members get it with its block. */
export interface BlockPrivateSet {
  /** Of the transaction in its block. */
  tx: number
  namespace: string
  collection: string
  /** MSP ids of the collection's members when the block came; a later definition changes nothing for it. */
  members: readonly string[]
  /** The block that removes it; undefined: none does. */
  expiresAt?: number | undefined
  /** A marshalled KVRWSet. */
  rwset: Uint8Array
}

/** A key of a collection that a transaction purged. */
export interface PurgedKey {
  namespace: string
  collection: string
  /** Key in the hashed namespace. */
  hashed: string
  version: Version
}

/** The private data of a channel by block: Fabric's pvtdata store (core/ledger/pvtdatastorage/store.go, v2.5.16). */
export function keepOperations(
  keys: LedgerKeys,
  block: number,
  sets: readonly BlockPrivateSet[],
  purged: readonly PurgedKey[],
): StoreOperation[] {
  return sets.map((set) => {
    const version = { block, tx: set.tx }
    const rwset = withoutPurged(set.rwset, set, version, purged)
    const key = keys.privateSet(version, set.namespace, set.collection)
    return { type: 'put', key, value: encode({ ...set, rwset }) }
  })
}

/** Removes what expires: a collection's block-to-live ends for all that a transaction wrote there at once. */
export function expireOperations(
  keys: LedgerKeys,
  expired: readonly { version: Version; namespace: string; collection: string }[],
): StoreOperation[] {
  return expired.map(({ version, namespace, collection }) => ({
    type: 'del',
    key: keys.privateSet(version, namespace, collection),
  }))
}

/**
 * Removes purged keys from what older blocks hold. Every set of the channel is read for it, which is rare and keeps no
 * index for each private write. Throws LEDGER_READ.
 */
export async function purgeOperations(
  store: Store,
  keys: LedgerKeys,
  purged: readonly PurgedKey[],
): Promise<StoreOperation[]> {
  if (purged.length === 0) return []
  const operations: StoreOperation[] = []
  for await (const [key, value] of entries(store, keys.privateSetRange())) {
    const { version, ...at } = keys.parsePrivateSet(key)
    const set = decode(value)
    const rwset = withoutPurged(set.rwset, at, version, purged)
    if (rwset !== set.rwset) operations.push({ type: 'put', key, value: encode({ ...set, rwset }) })
  }
  return operations
}

/**
 * What is left of the private data of a block, in the order of its transactions. Throws LEDGER_READ.
 * @param height of the channel
 */
export async function readPrivateSets(
  { store, keys, height }: { store: Store; keys: LedgerKeys; height: number },
  block: number,
): Promise<BlockPrivateSet[]> {
  const sets: BlockPrivateSet[] = []
  for await (const [key, value] of entries(store, keys.privateSetRange(block))) {
    const { version, namespace, collection } = keys.parsePrivateSet(key)
    const set = decode(value)
    // What deletes only isn't on the schedule of values, but expires too.
    if (set.expiresAt !== undefined && height > set.expiresAt) continue
    sets.push({ tx: version.tx, namespace, collection, ...set })
  }
  return sets
}

async function* entries(store: Store, range: { from: Uint8Array; to: Uint8Array }) {
  const iterator = store.iterate(range)
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) yield entry
  } finally {
    await iterator.close()
  }
}

/** The same bytes if nothing was purged. As on a peer, the purging transaction's own write of the key goes too. */
function withoutPurged(
  rwset: Uint8Array,
  { namespace, collection }: { namespace: string; collection: string },
  version: Version,
  purged: readonly PurgedKey[],
): Uint8Array {
  const hashes = purged
    .filter((key) => key.namespace === namespace && key.collection === collection && !isAfter(version, key.version))
    .map(({ hashed }) => hashed)
  if (hashes.length === 0) return rwset
  const kv = KVRWSet.deserializeBinary(rwset)
  const writes = kv.getWritesList().filter((write) => !hashes.includes(hashedKey(sha256(write.getKey()))))
  if (writes.length === kv.getWritesList().length) return rwset
  kv.setWritesList(writes)
  return kv.serializeBinary()
}

function isAfter(a: Version, b: Version): boolean {
  return a.block > b.block || (a.block === b.block && a.tx > b.tx)
}

type Kept = Pick<BlockPrivateSet, 'members' | 'expiresAt' | 'rwset'>

function encode({ rwset, members, expiresAt }: Kept): Uint8Array {
  const head = Buffer.from(JSON.stringify({ members, expiresAt }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, rwset])
}

function decode(value: Uint8Array): Kept {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const end = 4 + bytes.readUInt32BE()
  const head = JSON.parse(bytes.toString('utf8', 4, end)) as Omit<Kept, 'rwset'>
  return { ...head, rwset: value.subarray(end) }
}
