import type { ChaincodeMessage } from '../protos/index.ts'

/**
 * All that a Handler knows of transport: messages come in, messages go out, and one of the two sides ends it.
 * Made by the gRPC listener, by InprocVM, and in tests by whoever speaks the protocol.
 */
export interface ChaincodeStream {
  /** Where it comes from, for a person: `127.0.0.1:51234`, `in-process`. */
  readonly from: string
  /**
   * The one name, `name:version`, that may register on it: it was made for the container or the server of that
   * chaincode. Absent on the peer's own listener, where every process of this machine may connect.
   */
  readonly registersAs?: string
  /** The incoming messages in order; ends when the chaincode half-closes, throws when the stream breaks. */
  readonly incoming: AsyncIterable<ChaincodeMessage>
  /** Send one message. Messages leave in the order sent. Does nothing once ended. */
  send(message: ChaincodeMessage): void
  /**
   * End the stream from the peer's side; with an error the chaincode sees gRPC status UNKNOWN and that text. Its cause
   * is the PeerError for which the chaincode was turned away.
   */
  end(error?: Error): void
}

/** Shims and peer take messages of up to 100 MiB (Fabric comm.MaxRecvMsgSize). */
export const MAX_MESSAGE_BYTES = 100 * 1024 * 1024
