import type { PeerError } from '../contract/error.ts'
import type { CCContext } from '../ccprovider/cc-context.ts'
import type { StartedBy } from '../contract/mode.ts'
import type { Handler } from './handler.ts'
import type { Launchable } from './runtime-launcher.ts'

/** A chaincode that is open in this peer, as calls and streams see it. */
export interface OpenedChaincode {
  readonly cc: CCContext
  readonly startedBy: StartedBy
  /**
   * Which streams it may register on. `anywhere`: its author starts it. Otherwise only on those made for its process, its
   * container or its server.
   */
  readonly connectsFrom: 'anywhere' | 'process' | 'container' | 'server'
  /**
   * The handler that serves it for an organisation's peer, by default for the peer's own; if none does, it is built and
   * launched first.
   * @throws PeerError NOT_CONNECTED, NOT_RUNNING, ABORTED, what building it throws, what RuntimeLauncher.launch throws
   */
  ensure(signal?: AbortSignal, organisation?: string): Promise<Handler>
  /** This handler is ready, and Slipway did not launch it. */
  connected(handler: Handler): void
  /** The stream of the handler that served has ended. */
  disconnected(handler: Handler, reason: PeerError): void
}

/** A chaincode that runs inside the peer. */
export interface SystemChaincode {
  readonly cc: CCContext
  launchable(): Launchable
}
