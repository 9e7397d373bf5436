import type { Millis } from './time.ts'
import type {
  ContainerState,
  LaunchCommand,
  ProcessExit,
  ProcessState,
  RegistrationState,
  StreamOrigin,
} from './run-state.ts'
import type { LaunchState, BuildState } from './launch-state.ts'
import type { DebuggerState } from './debugger.ts'
import type { Language } from './language.ts'
import type { Difference } from './difference.ts'
import type { HandDefinition } from './hand-definition.ts'
import type { Mode, StartedBy } from './mode.ts'
import type { DeploymentState, NetworkChoice } from './network.ts'
import type { PeerErrorData } from './error.ts'
import type { ReplayState } from './replay.ts'

/** What runs of a chaincode for one organisation's peer. */
export interface RunningState {
  registration: RegistrationState
  /** The process that serves, if Slipway started it. */
  process?: ProcessState
  /** Net mode: the container that serves, or the last one until the next is ready. */
  container?: ContainerState
  /** How the last process or container ended, until the next one is ready. */
  exit?: ProcessExit
}

/** `RunningState`: what runs for the peer's own organisation. */
export interface ChaincodeState extends RunningState {
  name: string
  version: string
  /** `name:version`: what the chaincode registers as. */
  canonicalName: string
  /** The channel of calls that name none. */
  channel: string
  /** Every channel it is defined on, its own first. */
  channels: string[]
  folder: string
  language: Language
  /** For display: `Go`, `JavaScript`, `TypeScript`, `Java`. */
  dialect: string
  /** `go`, `npm`, `gradle`, `maven`. */
  buildTool: string
  mode: Mode
  startedBy: StartedBy
  /** What Slipway starts is started under its language's debugger, where `debugsIn` says so. */
  underDebugger: boolean
  /** Where editors reach its debugger; absent while it isn't debugged. */
  debugger?: DebuggerState
  initRequired: boolean
  /** Its definitions that somebody committed with `_lifecycle`, by channel: they decide, and Slipway leaves them. */
  definedByHand: HandDefinition[]
  /**
   * Chaincode as a service: the address where the chaincode listens and the peer dials. Absent if the chaincode dials
   * the peer, as usual. In net mode the port is the one inside the container.
   */
  server?: string | undefined
  command: LaunchCommand
  /** What runs for the peers of other organisations, by MSP id: each from its first call on. */
  instances: Record<string, RunningState>
  /**
   * Where its author starts it: how to start one for each of the other organisations, by MSP id. One that isn't started
   * is served by the one above.
   */
  commands: Record<string, LaunchCommand>
  /** A process that waits for its author's word: it wants to register while another one serves. */
  takeover?: Takeover
  /**
   * How it last crashed. Kept when Slipway restarts it, until the author launches it again, so that a crash doesn't go
   * unnoticed.
   */
  crash?: ProcessExit
  /** What a real peer would do differently with this chaincode, found when it was last packaged. */
  differences: Difference[]
  /** The launch under way, or the last one. */
  launch?: LaunchState
  /** Newest first, at most 30. */
  builds: BuildState[]
  watch: WatchState
  /** What is replayed after each launch; absent until it runs for the first time. */
  replay?: ReplayState
  /** Its author starts it: when its sources were saved so that the process that serves is older than they are. */
  savedAt?: Millis | undefined
  /** The real networks that its slipway.yaml names; absent if it names none. */
  networks?: NetworkChoice[] | undefined
  /** The deployment under way, or the last one since it was opened. */
  deployment?: DeploymentState | undefined
  /** What is wrong now; cleared once the chaincode is ready again. */
  error?: PeerErrorData
}

/** A process that wants to take over a name that another one serves. Nothing was sent to it yet. */
export interface Takeover {
  /** To answer it by. */
  id: number
  at: Millis
  /** Whose peer it would serve; absent: the peer's own organisation. */
  mspId?: string | undefined
  /** Absent if the system doesn't tell. */
  from?: StreamOrigin | undefined
}

export type WatchState =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'watching'; files: number }
  | { state: 'failed'; error: PeerErrorData }
