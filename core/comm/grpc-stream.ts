import type { Readable } from 'node:stream'
import { MAX_MESSAGE_BYTES } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { readChaincodeMessage } from '../protos/shim-requests.ts'

/** Options of a gRPC server or client for chaincode: messages of 100 MiB pass. */
export const MESSAGE_LIMITS = {
  // Slipway refuses a message above the limit itself, in words; gRPC rejects one far above it before reading it.
  'grpc.max_receive_message_length': 2 * MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
}

/** A received frame: its message, or why it holds none. grpc-js itself would end the stream without the reason. */
export type Received = ChaincodeMessage | { reason: string; cause?: unknown }

export function received(bytes: Buffer): Received {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    return { reason: `It has ${bytes.length} bytes; the limit is ${MAX_MESSAGE_BYTES}.` }
  }
  try {
    return readChaincodeMessage(bytes)
  } catch (cause) {
    return { reason: `Its ${bytes.length} bytes aren't a ChaincodeMessage: ${messageOf(cause)}.`, cause }
  }
}

/**
 * The messages of one stream in order.
 * @throws PeerError STREAM_MALFORMED; an Error with the words of `broken` if the connection breaks
 */
export async function* messagesOf(
  call: Pick<Readable, 'iterator'>,
  from: string,
  broken: (error: unknown) => string,
): AsyncGenerator<ChaincodeMessage> {
  // Leaving the loop must not destroy the call: its status has yet to be sent.
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
