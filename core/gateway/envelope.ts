import type { BuiltProposal } from '../endorser/proposal.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import {
  ChaincodeActionPayload,
  ChaincodeEndorsedAction,
  Envelope,
  Header,
  Payload,
  Transaction,
  TransactionAction,
  type ProposalResponse,
} from '../protos/index.ts'

/**
 * The endorsed transaction in an envelope signed by the proposal's creator (Fabric, protoutil/txutils.go, CreateSignedTx).
 * The responses have the same payload, endorsed by different peers.
 */
export function signedEnvelope(
  proposal: BuiltProposal,
  creator: SigningIdentity,
  ...responses: ProposalResponse[]
): Uint8Array {
  const envelope = unsignedEnvelope(proposal, ...responses)
  envelope.setSignature(creator.signOwn(envelope.getPayload_asU8()))
  return envelope.serializeBinary()
}

/** The same for its creator to sign (internal/pkg/gateway/endorsement.go, prepareTransaction). */
export function unsignedEnvelope(proposal: BuiltProposal, ...responses: ProposalResponse[]): Envelope {
  const endorsed = new ChaincodeEndorsedAction()
  endorsed.setProposalResponsePayload(responses[0]?.getPayload_asU8() ?? new Uint8Array())
  const endorsements = responses.map((response) => response.getEndorsement())
  endorsed.setEndorsementsList(endorsements.filter((endorsement) => endorsement !== undefined))
  const actionPayload = new ChaincodeActionPayload()
  actionPayload.setChaincodeProposalPayload(proposal.payloadWithoutTransient)
  actionPayload.setAction(endorsed)

  const action = new TransactionAction()
  action.setHeader(proposal.signatureHeader)
  action.setPayload(actionPayload.serializeBinary())
  const transaction = new Transaction()
  transaction.addActions(action)

  const header = new Header()
  header.setChannelHeader(proposal.channelHeader)
  header.setSignatureHeader(proposal.signatureHeader)
  const payload = new Payload()
  payload.setHeader(header)
  payload.setData(transaction.serializeBinary())

  const envelope = new Envelope()
  envelope.setPayload(payload.serializeBinary())
  return envelope
}
