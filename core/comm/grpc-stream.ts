import type { Readable } from 'node:stream'
import { MAX_MESSAGE_BYTES } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { readChaincodeMessage } from '../protos/shim-requests.ts'

/** Options of a gRPC server or client that talks with chaincode: messages of 100 MB pass. */
export const MESSAGE_LIMITS = {
  // Above the limit we refuse it ourselves, in words; what claims far more is cut off before it is read.
  'grpc.max_receive_message_length': 2 * MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
}

/** A frame that came: its message, or why it holds none. grpc-js would end the stream without telling us why. */
export type Received = ChaincodeMessage | { reason: string; cause?: unknown }

export function received(bytes: Buffer): Received {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    return { reason: `It holds ${bytes.length} bytes; ${MAX_MESSAGE_BYTES} is the most.` }
  }
  try {
    return readChaincodeMessage(bytes)
  } catch (cause) {
    return { reason: `Its ${bytes.length} bytes aren't a ChaincodeMessage: ${messageOf(cause)}.`, cause }
  }
}

/**
 * The messages of one stream in order.
 * @throws PeerError STREAM_MALFORMED; an Error in the words of `broken` where the connection broke.
 */
export async function* messagesOf(
  call: Pick<Readable, 'iterator'>,
  from: string,
  broken: (error: unknown) => string,
): AsyncGenerator<ChaincodeMessage> {
  // Leaving the loop must not destroy the call: its status is still to be sent.
  const frames = call.iterator({ destroyOnReturn: false }) as AsyncIterable<Received>
  try {
    for await (const frame of frames) {
      if (!(frame instanceof ChaincodeMessage)) {
        const { reason, cause } = frame
        throw new PeerError('STREAM_MALFORMED', { from, reason }, { cause })
      }
      yield frame
    }
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new Error(broken(error), { cause: error })
  }
}
