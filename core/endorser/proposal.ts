import { createHash, randomBytes } from 'node:crypto'
import type { SigningIdentity } from '../msp/identity.ts'
import {
  ChaincodeHeaderExtension,
  ChaincodeID,
  ChaincodeInvocationSpec,
  ChaincodeProposalPayload,
  ChaincodeSpec,
  ChannelHeader,
  Header,
  HeaderType,
  Proposal,
  SignatureHeader,
  SignedProposal,
  Timestamp,
  type ChaincodeInput,
} from '../protos/index.ts'

export interface NewProposal {
  channel: string
  chaincode: string
  input: ChaincodeInput
  transient: ReadonlyMap<string, Uint8Array>
}

/** A proposal with the parts that an endorsement and a transaction are made of later. */
export interface BuiltProposal {
  txId: string
  signedProposal: SignedProposal
  /** The serialized headers, as they stand in the proposal. */
  channelHeader: Uint8Array
  signatureHeader: Uint8Array
  /** ChaincodeProposalPayload without its transient data: what is hashed and what goes to the orderer. */
  payloadWithoutTransient: Uint8Array
}

const NONCE_BYTES = 24

/** A proposal signed by the creator, as a Gateway client sends it (Fabric, protoutil/proputils.go). */
export function buildProposal(proposal: NewProposal, creator: SigningIdentity): BuiltProposal {
  const nonce = randomBytes(NONCE_BYTES)
  const serializedCreator = creator.serialize()
  const txId = createHash('sha256').update(nonce).update(serializedCreator).digest('hex')

  const chaincodeId = new ChaincodeID()
  chaincodeId.setName(proposal.chaincode)
  const channelHeader = channelHeaderOf(proposal.channel, txId, chaincodeId)
  const signatureHeaderMessage = new SignatureHeader()
  signatureHeaderMessage.setCreator(serializedCreator)
  signatureHeaderMessage.setNonce(nonce)
  const signatureHeader = signatureHeaderMessage.serializeBinary()
  const header = new Header()
  header.setChannelHeader(channelHeader)
  header.setSignatureHeader(signatureHeader)

  const spec = new ChaincodeSpec()
  spec.setType(ChaincodeSpec.Type.NODE)
  spec.setChaincodeId(chaincodeId)
  spec.setInput(proposal.input)
  const invocation = new ChaincodeInvocationSpec()
  invocation.setChaincodeSpec(spec)
  const payload = new ChaincodeProposalPayload()
  payload.setInput(invocation.serializeBinary())
  const payloadWithoutTransient = payload.serializeBinary()
  const transient = payload.getTransientmapMap()
  for (const [name, value] of proposal.transient) transient.set(name, value)

  const message = new Proposal()
  message.setHeader(header.serializeBinary())
  message.setPayload(proposal.transient.size === 0 ? payloadWithoutTransient : payload.serializeBinary())
  const bytes = message.serializeBinary()
  const signedProposal = new SignedProposal()
  signedProposal.setProposalBytes(bytes)
  signedProposal.setSignature(creator.sign(bytes))
  return { txId, signedProposal, channelHeader, signatureHeader, payloadWithoutTransient }
}

function channelHeaderOf(channel: string, txId: string, chaincodeId: ChaincodeID): Uint8Array {
  const extension = new ChaincodeHeaderExtension()
  extension.setChaincodeId(chaincodeId)
  const now = Date.now()
  const timestamp = new Timestamp()
  timestamp.setSeconds(Math.floor(now / 1000))
  timestamp.setNanos((now % 1000) * 1e6)
  const header = new ChannelHeader()
  header.setType(HeaderType.ENDORSER_TRANSACTION)
  header.setTimestamp(timestamp)
  header.setChannelId(channel)
  header.setTxId(txId)
  header.setExtension$(extension.serializeBinary())
  return header.serializeBinary()
}
