import type { StreamOrigin } from '../contract/run-state.ts'
import type { ChaincodeMessage } from '../protos/index.ts'

/**
 * All that a Handler knows of transport: messages come in, messages go out, and one of the two sides ends it.
 * Made by the gRPC listeners, the dialer, InprocVM, and by tests that speak the protocol themselves.
 */
export interface ChaincodeStream {
  /** Where it comes from, for a person: `127.0.0.1:51234`, `in-process`. */
  readonly from: string
  /**
   * The only name, `name:version`, that may register on it: that of the container or server it was made for. Absent on
   * the peer's own listener, where every process on this machine may connect.
   */
  readonly registersAs?: string
  /**
   * Resolves with the only name that may register on it, where that takes time to find out; rejects with the PeerError
   * for which it is turned away.
   */
  readonly admission?: Promise<string>
  /** MSP id of the organisation whose peer it serves; absent: the peer's own. */
  readonly organisation?: string | undefined
  /** The process at its other end, where that can be found out: for a person. */
  readonly origin?: () => Promise<StreamOrigin | undefined>
  /** The incoming messages in order; ends when the chaincode half-closes, throws when the stream breaks. */
  readonly incoming: AsyncIterable<ChaincodeMessage>
  /** Send a message, in order. Does nothing once ended. */
  send(message: ChaincodeMessage): void
  /**
   * End the stream from the peer's side. With an error the chaincode gets gRPC status UNKNOWN and its message; the
   * cause of the error is the PeerError for which the chaincode was turned away.
   */
  end(error?: Error): void
}

/** Shims and peer take messages of up to 100 MiB (Fabric comm.MaxRecvMsgSize). */
export const MAX_MESSAGE_BYTES = 100 * 1024 * 1024
