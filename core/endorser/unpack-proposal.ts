import { messageOf } from '../contract/error-message.ts'
import {
  ChaincodeHeaderExtension,
  ChaincodeInvocationSpec,
  ChaincodeProposalPayload,
  ChannelHeader,
  Header,
  Proposal,
  SignatureHeader,
  type ChaincodeInput,
  type ChannelHeader as ChannelHeaderMessage,
  type SignatureHeader as SignatureHeaderMessage,
  type SignedProposal,
} from '../protos/index.ts'
import { field } from '../protos/fields.ts'
import { reader } from '../protos/unmarshal.ts'
import type { BuiltProposal } from './proposal.ts'

/** The contents of a signed proposal (Fabric, core/endorser/msgvalidation.go, UnpackedProposal). */
export interface UnpackedProposal extends BuiltProposal {
  channelId: string
  chaincodeName: string
  input: ChaincodeInput
  header: ChannelHeaderMessage
  creator: Uint8Array
  nonce: Uint8Array
}

const readers = {
  Proposal: reader(Proposal, {}),
  Header: reader(Header, {}),
  ChannelHeader: reader(ChannelHeader, { 4: true, 5: true }),
  SignatureHeader: reader(SignatureHeader, {}),
  ChaincodeHeaderExtension: reader(ChaincodeHeaderExtension, { 2: { 1: true, 2: true, 3: true } }),
  ChaincodeProposalPayload: reader(ChaincodeProposalPayload, { 2: { 1: true } }),
  ChaincodeInvocationSpec: reader(ChaincodeInvocationSpec, { 1: { 2: { 1: true, 2: true, 3: true } } }),
}

/** @throws Error with Fabric's text if a part is malformed or missing */
export function unpackProposal(signedProposal: SignedProposal): UnpackedProposal {
  const proposal = read('Proposal', signedProposal.getProposalBytes_asU8())
  const header = read('Header', proposal.getHeader_asU8())
  const channelHeader = read('ChannelHeader', header.getChannelHeader_asU8())
  const signatureHeader = read('SignatureHeader', header.getSignatureHeader_asU8())
  const chaincodeId = read('ChaincodeHeaderExtension', channelHeader.getExtension_asU8()).getChaincodeId()
  if (chaincodeId === undefined) throw new Error('ChaincodeHeaderExtension.ChaincodeId is nil')
  if (chaincodeId.getName() === '') throw new Error('ChaincodeHeaderExtension.ChaincodeId.Name is empty')
  const inputBytes = read('ChaincodeProposalPayload', proposal.getPayload_asU8()).getInput_asU8()
  const spec = read('ChaincodeInvocationSpec', inputBytes).getChaincodeSpec()
  if (spec === undefined) throw new Error('chaincode invocation spec did not contain chaincode spec')
  const input = spec.getInput()
  if (input === undefined) throw new Error('chaincode input did not contain any input')
  return {
    txId: channelHeader.getTxId(),
    signedProposal,
    channelHeader: header.getChannelHeader_asU8(),
    signatureHeader: header.getSignatureHeader_asU8(),
    // ChaincodeProposalPayload.input alone
    payloadWithoutTransient: inputBytes.length === 0 ? inputBytes : field(1, inputBytes),
    channelId: channelHeader.getChannelId(),
    chaincodeName: chaincodeId.getName(),
    input,
    header: channelHeader,
    creator: signatureHeader.getCreator_asU8(),
    nonce: signatureHeader.getNonce_asU8(),
  }
}

/**
 * Who signed a proposal. A peer's filter reads this much before the endorser reads the rest
 * (core/handlers/auth/filter/expiration.go).
 * @throws Error with Fabric's text
 */
export function creatorOf(signedProposal: SignedProposal): Uint8Array {
  const proposal = parsing('proposal', () => read('Proposal', signedProposal.getProposalBytes_asU8()))
  const header = parsing('header', () => read('Header', proposal.getHeader_asU8()))
  return parsing('signature header', () => readSignatureHeader(header.getSignatureHeader_asU8())).getCreator_asU8()
}

/**
 * When a proposal says that it was made, in milliseconds since the epoch; the epoch itself if it doesn't say.
 * @throws Error with Fabric's text
 */
export function timeOf(signedProposal: SignedProposal): number {
  const proposal = parsing('proposal', () => read('Proposal', signedProposal.getProposalBytes_asU8()))
  const header = parsing('header', () => read('Header', proposal.getHeader_asU8()))
  const channelHeader = parsing('channel header', () => readChannelHeader(header.getChannelHeader_asU8()))
  const timestamp = channelHeader.getTimestamp()
  return (timestamp?.getSeconds() ?? 0) * 1000 + (timestamp?.getNanos() ?? 0) / 1e6
}

function readChannelHeader(bytes: Uint8Array): ChannelHeaderMessage {
  return read('ChannelHeader', bytes)
}

function readSignatureHeader(bytes: Uint8Array): SignatureHeaderMessage {
  return read('SignatureHeader', bytes)
}

function parsing<T>(part: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new Error(`failed parsing ${part}: ${messageOf(error)}`, { cause: error })
  }
}

/** What was read of a proposal, by the very bytes: gateway, filters and endorser each read the same parts. */
const wasRead = new WeakMap<Uint8Array, { name: string; message: unknown }>()

/** protoutil/unmarshalers.go. Nobody may change what it returns: the next one gets the same. */
export function read<K extends keyof typeof readers>(name: K, bytes: Uint8Array): ReturnType<(typeof readers)[K]> {
  const known = wasRead.get(bytes)
  // The compiler does not follow the key from one side to the other.
  if (known?.name === name) return known.message as ReturnType<(typeof readers)[K]>
  try {
    const message = readers[name](bytes) as ReturnType<(typeof readers)[K]>
    wasRead.set(bytes, { name, message })
    return message
  } catch (error) {
    throw new Error(`error unmarshalling ${name}: ${messageOf(error)}`, { cause: error })
  }
}
