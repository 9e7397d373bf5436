import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage, type ChaincodeEvent, type Response } from '../protos/index.ts'
import { readResponse } from '../protos/shim-requests.ts'

/** What a chaincode answered. */
export interface Execution {
  response: Response
  event: ChaincodeEvent | undefined
  /** When it was sent to the chaincode, milliseconds since the epoch. */
  executedAt: number
  /** Time in the chaincode, without the peer's answers to its requests. */
  chaincodeMs: number
}

/**
 * What COMPLETED or ERROR holds.
 * @throws PeerError TRANSACTION_FAILED, RESPONSE_MALFORMED
 */
export function readAnswer(answer: ChaincodeMessage, canonicalName: string): Pick<Execution, 'response' | 'event'> {
  if (answer.getType() === ChaincodeMessage.Type.ERROR) {
    const message = Buffer.from(answer.getPayload_asU8()).toString()
    throw new PeerError('TRANSACTION_FAILED', { canonicalName, message })
  }
  try {
    return { response: readResponse(answer.getPayload_asU8()), event: answer.getChaincodeEvent() }
  } catch (error) {
    throw new PeerError('RESPONSE_MALFORMED', { canonicalName, message: messageOf(error) }, { cause: error })
  }
}
