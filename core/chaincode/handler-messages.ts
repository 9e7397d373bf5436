import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeID, ChaincodeMessage } from '../protos/index.ts'

/** @throws PeerError REGISTER_MALFORMED. A real peer only logs it and keeps the stream open: the process hangs. */
export function registeredName(message: ChaincodeMessage): string {
  let name: string
  try {
    name = ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName()
  } catch (error) {
    throw new PeerError(
      'REGISTER_MALFORMED',
      { reason: `Its payload isn't a ChaincodeID: ${messageOf(error)}` },
      { cause: error },
    )
  }
  if (name === '') {
    throw new PeerError('REGISTER_MALFORMED', {
      reason: 'error in handling register chaincode, chaincodeID name is empty',
    })
  }
  return name
}

/** What the chaincode reads as the status of its stream: one line, Fabric's own text if it has one. */
export function statusText(reason: PeerError): string | undefined {
  if (reason.code === 'STREAM_TERMINATED') return undefined
  return reason.code === 'STREAM_PROTOCOL' && reason.cause instanceof Error ? reason.cause.message : reason.message
}

export function messageWith(type: ReturnType<ChaincodeMessage['getType']>, payload?: Uint8Array): ChaincodeMessage {
  const message = new ChaincodeMessage()
  message.setType(type)
  if (payload !== undefined) message.setPayload(payload)
  return message
}
