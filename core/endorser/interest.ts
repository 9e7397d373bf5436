import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import { LIFECYCLE_NAMESPACE, LSCC_NAMESPACE } from '../privdata/definition-keys.ts'
import { ChaincodeCall, ChaincodeInterest } from '../protos/index.ts'

/** What a peer says about whose endorsement a simulation needs. */
export interface Interest {
  publicSets: readonly NamespaceReadWriteSet[]
  /** The collections whose values it read. */
  privateReads: readonly { namespace: string; collection: string }[]
}

/**
 * The chaincodes and collections whose policies count, by which a client asks discovery for endorsers (Fabric v2.5.16
 * core/endorser/endorser.go, buildChaincodeInterest). The policies of single keys aren't named.
 */
export function chaincodeInterest({ publicSets, privateReads }: Interest): ChaincodeInterest {
  const interest = new ChaincodeInterest()
  for (const { namespace, collections } of publicSets) {
    if (namespace === LIFECYCLE_NAMESPACE || namespace === LSCC_NAMESPACE) continue
    const call = new ChaincodeCall()
    call.setName(namespace)
    interest.addChaincodes(call)
    for (const { name, writes, metadataWrites } of collections) {
      if (writes.length + metadataWrites.length === 0) continue
      const ofCollection = new ChaincodeCall()
      ofCollection.setName(namespace)
      ofCollection.setCollectionNamesList([name])
      const isRead = privateReads.some((read) => read.namespace === namespace && read.collection === name)
      ofCollection.setNoPrivateReads(!isRead)
      interest.addChaincodes(ofCollection)
    }
  }
  return interest
}
