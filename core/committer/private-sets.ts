import { unmarshalPrivateSets } from '../ledger/private-rwset-proto.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BlockPrivateSet, PurgedKey } from '../ledger/private-sets-by-block.ts'
import type { PrivateWriteSet } from '../ledger/read-write-set.ts'
import type { Version } from '../ledger/results.ts'
import { hashedKey } from '../privdata/namespaces.ts'
import { expiringBlock } from './expiry.ts'
import type { OrderedTransaction } from './ordered-transaction.ts'

/**
 * The private data of a transaction as its endorser kept it, a TxPvtReadWriteSet; sets that don't match their public
 * hashes are left out.
 */
export function privateSetsOf(
  { readWriteSet }: OrderedTransaction,
  privateRwset: Uint8Array | undefined,
): (PrivateWriteSet & { rwset: Uint8Array })[] {
  if (privateRwset === undefined) return []
  return unmarshalPrivateSets(privateRwset).filter(({ namespace, collection, hash }) => {
    const namespaceSet = readWriteSet.find((set) => set.namespace === namespace)
    const hashedSet = namespaceSet?.collections.find(({ name }) => name === collection)
    return hashedSet !== undefined && Buffer.compare(hashedSet.pvtRwsetHash, hash) === 0
  })
}

/** The same as the ledger keeps them by block. */
export function keptSets(
  sets: ReturnType<typeof privateSetsOf>,
  { tx, block }: Version,
  ledger: Pick<Ledger, 'collections'>,
): BlockPrivateSet[] {
  return sets.map(({ namespace, collection, rwset }) => {
    const definition = ledger.collections(namespace).find(({ name }) => name === collection)
    const { members = [], blockToLive = 0 } = definition ?? {}
    const expiresAt = blockToLive === 0 ? undefined : expiringBlock(block, blockToLive)
    return { tx, namespace, collection, members, expiresAt, rwset }
  })
}

/** What a valid transaction purges. */
export function purgedKeys({ readWriteSet }: OrderedTransaction, version: Version): PurgedKey[] {
  return readWriteSet.flatMap(({ namespace, collections }) =>
    collections.flatMap(({ name: collection, writes }) =>
      writes
        .filter(({ isPurge }) => isPurge)
        .map(({ keyHash }) => ({ namespace, collection, hashed: hashedKey(keyHash), version })),
    ),
  )
}
