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
   * Which streams it may register on. `container`, `server`: only on the one made for its container or its server;
   * while its mode changes from `net` to `dev`, already `anywhere`.
   */
  readonly connectsFrom: 'anywhere' | 'container' | 'server'
  /**
   * The handler that serves it; if none does, it is built and launched first.
   * @throws PeerError NOT_CONNECTED, NOT_RUNNING, ABORTED, what building it throws, what RuntimeLauncher.launch throws
   */
  ensure(signal?: AbortSignal): Promise<Handler>
  /** This handler is ready, and Slipway did not launch it. */
  connected(handler: Handler): void
  /** The stream of the handler that served has ended. */
  disconnected(reason: PeerError): void
}

/** A chaincode that runs inside the peer. */
export interface SystemChaincode {
  readonly cc: CCContext
  launchable(): Launchable
}
