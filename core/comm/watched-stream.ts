import type { ChaincodeStream } from './chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import type { ChaincodeMessage } from '../protos/index.ts'

/** The same stream, with listeners for what the peer sends on it and for how the peer ends it. */
export function watched(
  stream: ChaincodeStream,
  listeners: {
    onSend: (type: ReturnType<ChaincodeMessage['getType']>) => void
    /** `reason`: why the peer turned it away; undefined if the chaincode itself ended it. */
    onEnd: (reason: PeerError | undefined) => void
  },
): ChaincodeStream {
  return {
    ...stream,
    send(message) {
      listeners.onSend(message.getType())
      stream.send(message)
    },
    end(error) {
      stream.end(error)
      listeners.onEnd(error?.cause instanceof PeerError ? PeerError.from(error.cause) : undefined)
    },
  }
}
