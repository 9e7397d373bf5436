import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { SimulationResults } from '../ledger/simulation-results.ts'
import { SignaturePolicyEnvelope } from '../protos/policies.ts'
import { reader } from '../protos/unmarshal.ts'

const readPolicy = reader(SignaturePolicyEnvelope, {})

/**
 * What a peer still refuses once the chaincode has answered, whatever it answered (Fabric v2.5.16
 * core/endorser/endorser.go, simulateProposal): private data for which there are too few peers, then a write of a key
 * whose own policy can't be read.
 * @throws PeerError PRIVATE_DATA_NOT_DISTRIBUTED, KEY_POLICY_MALFORMED; each quotes Fabric's own text
 */
export function checkResults(
  { collectionsWritten, keyPolicies }: Pick<SimulationResults, 'collectionsWritten' | 'keyPolicies'>,
  { txId, channel }: { txId: string; channel: string },
): void {
  for (const { namespace, collection, otherPeers } of collectionsWritten) {
    const { name, requiredPeerCount } = collection
    if (otherPeers >= requiredPeerCount) continue
    const of = { chaincode: namespace, collection: name, requiredPeerCount, otherPeers }
    throw new PeerError('PRIVATE_DATA_NOT_DISTRIBUTED', { txId, channel, ...of })
  }
  for (const { namespace, collection, key, policy } of keyPolicies) {
    try {
      readPolicy(policy)
    } catch (error) {
      const at = { chaincode: namespace, collection, key }
      throw new PeerError('KEY_POLICY_MALFORMED', { ...at, message: messageOf(error) }, { cause: error })
    }
  }
}
