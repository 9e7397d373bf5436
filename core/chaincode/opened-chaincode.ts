import type { PeerError } from '../contract/error.ts'
import type { CCContext } from '../ccprovider/cc-context.ts'
import type { StartedBy } from '../contract/state.ts'
import type { Instance } from '../container/vm.ts'
import type { BuiltProject } from '../project/project.ts'
import type { LaunchReport } from '../facts/launch-report.ts'
import type { Launchable } from './runtime-launcher.ts'

/** A chaincode that is open in this peer, as far as launching it goes. */
export interface OpenedChaincode {
  readonly cc: CCContext
  readonly startedBy: StartedBy
  /**
   * Which streams it may register on. `container`, `server`: only on the one made for its container or its server;
   * while it changes from there to a plain process already `anywhere`.
   */
  readonly connectsFrom?: 'anywhere' | 'container' | 'server'
  /** Where it listens itself, as a server; absent where it connects to the peer. */
  readonly server?: string | undefined
  /** The command a person starts it with, on one line. */
  readonly command: string
  /** Begin the timeline of a launch that the reloader did not ask for. */
  begin(reason: 'call' | 'connected'): LaunchReport
  /** The build and launch under way, if there is one: it settles when that is ready or has failed. */
  reloading(): Promise<void> | undefined
  /** Build and launch. */
  reload(): Promise<void>
  /** The last build that became ready. */
  lastGood(): BuiltProject | undefined
  /** What to start of that build, and on which VM. */
  launchable(built: BuiltProject): Launchable
  /** It was started and is ready; whatever served before is to be stopped. */
  started(instance: Instance, built: BuiltProject): void
  /** Its handler is ready, whoever started it. */
  connected(): void
  /** The handler that served has ended, for this reason. */
  disconnected(reason: PeerError): void
}

/** A chaincode that runs inside the peer. */
export interface SystemChaincode {
  readonly cc: CCContext
  launchable(): Launchable
}
