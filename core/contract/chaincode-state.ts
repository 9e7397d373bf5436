import type { LaunchCommand, RegistrationState, ProcessState, ContainerState, ProcessExit } from './run-state.ts'
import type { LaunchState, BuildState } from './launch-state.ts'
import type { Difference } from './difference.ts'
import type { Mode, StartedBy } from './mode.ts'
import type { PeerErrorData } from './error.ts'

export type Language = 'golang' | 'node' | 'java'

export interface ChaincodeState {
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
  initRequired: boolean
  /**
   * Chaincode as a service: the address where the chaincode listens and the peer dials. Absent if the chaincode dials
   * the peer, as usual. In net mode the port is the one inside the container.
   */
  server?: string
  command: LaunchCommand
  registration: RegistrationState
  /** The process that serves, if Slipway started it. */
  process?: ProcessState
  /** Net mode: the container that serves, or the last one until the next is ready. */
  container?: ContainerState
  /** How the last process or container ended, until the next one is ready. */
  exit?: ProcessExit
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
  /** What is wrong now; cleared once the chaincode is ready again. */
  error?: PeerErrorData
}

export type WatchState =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'watching'; files: number }
  | { state: 'failed'; error: PeerErrorData }
