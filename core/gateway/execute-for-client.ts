import type { Execute } from '../endorser/endorser.ts'
import { now } from '../facts/clock.ts'
import type { MSPManager } from '../msp/msp.ts'
import { Header, Proposal, Response, SignatureHeader, type SignedProposal } from '../protos/index.ts'
import { systemRefusal } from '../scc/access-lists.ts'

export interface ClientExecution {
  execute: Execute
  msps: MSPManager
  isSystem(chaincode: string): boolean
  hasChannel(channel: string): boolean
  /** Why who signed doesn't satisfy a policy of the channel; undefined if they do. */
  refusal(
    channel: string,
    policy: 'Readers' | 'Writers',
    signed: SignedProposal,
    creator: Uint8Array,
  ): string | undefined
}

/** Executes for clients from outside: what they may ask of system chaincode, access lists decide. */
export function executeForClients({ execute, msps, isSystem, hasChannel, refusal }: ClientExecution): Execute {
  return (params, input, options) => {
    const { namespaceId, channelId, signedProposal, mspId } = params
    if (!isSystem(namespaceId)) return execute(params, input, options)
    const creator = creatorIn(signedProposal)
    const args = input.getArgsList_asU8()
    const refused = systemRefusal(
      { chaincode: namespaceId, args, channel: channelId, identity: msps.deserialize(creator), mspId },
      { hasChannel, refusal: (channel, policy) => refusal(channel, policy, signedProposal, creator) },
    )
    if (refused === undefined) return execute(params, input, options)
    const response = new Response()
    response.setStatus(500)
    response.setMessage(refused)
    return Promise.resolve({ response, executedAt: now(), chaincodeMs: 0 })
  }
}

/** Of a proposal that was admitted, and so can be read. */
function creatorIn(signedProposal: SignedProposal): Uint8Array {
  const proposal = Proposal.deserializeBinary(signedProposal.getProposalBytes_asU8())
  const header = Header.deserializeBinary(proposal.getHeader_asU8())
  return SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()).getCreator_asU8()
}
