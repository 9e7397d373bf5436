import { unmarshalPrivateSets } from '../ledger/private-rwset-proto.ts'
import type { PrivateWriteSet } from '../ledger/read-write-set.ts'
import type { OrderedTransaction } from './ordered-transaction.ts'

/**
 * The private data of a transaction as its endorser kept it, a TxPvtReadWriteSet; sets that don't match their public
 * hashes are left out.
 */
export function privateSetsOf(
  { readWriteSet }: OrderedTransaction,
  privateRwset: Uint8Array | undefined,
): PrivateWriteSet[] {
  if (privateRwset === undefined) return []
  return unmarshalPrivateSets(privateRwset).filter(({ namespace, collection, hash }) => {
    const namespaceSet = readWriteSet.find((set) => set.namespace === namespace)
    const hashedSet = namespaceSet?.collections.find(({ name }) => name === collection)
    return hashedSet !== undefined && Buffer.compare(hashedSet.pvtRwsetHash, hash) === 0
  })
}
