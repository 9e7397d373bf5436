import type { InprocStub } from '../container/inproc/stub.ts'
import {
  ChaincodeInvocationSpec,
  ChaincodeProposalPayload,
  Header,
  Proposal,
  SerializedIdentity,
  SignatureHeader,
} from '../protos/index.ts'

/** The chaincode that the client called, which may have called this one (protoutil, InvokedChaincodeName). */
export function invokedChaincodeName({ proposal }: InprocStub): string {
  const payload = ChaincodeProposalPayload.deserializeBinary(read(proposal).getPayload_asU8())
  const invocation = ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8())
  return invocation.getChaincodeSpec()?.getChaincodeId()?.getName() ?? ''
}

/** The MSP id of the proposal's signer. */
export function creatorMspId({ proposal }: InprocStub): string {
  const header = Header.deserializeBinary(read(proposal).getHeader_asU8())
  const creator = SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()).getCreator_asU8()
  return SerializedIdentity.deserializeBinary(creator).getMspid()
}

function read(proposal: Uint8Array): Proposal {
  return Proposal.deserializeBinary(proposal)
}

export function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString()
}
