import type { ChaincodeStream } from './chaincode-stream.ts'
import { PeerError } from '../contract/error.ts'
import type { ChaincodeMessage } from '../protos/index.ts'

/** The same stream; told is what the peer sends on it, and how the peer ends it. */
export function watched(
  stream: ChaincodeStream,
  told: {
    sent: (type: ReturnType<ChaincodeMessage['getType']>) => void
    /** `reason`: why the peer turned it away; undefined where the chaincode itself ended it. */
    ended: (reason: PeerError | undefined) => void
  },
): ChaincodeStream {
  return {
    ...stream,
    send(message) {
      told.sent(message.getType())
      stream.send(message)
    },
    end(error) {
      stream.end(error)
      told.ended(error?.cause instanceof PeerError ? PeerError.from(error.cause) : undefined)
    },
  }
}
