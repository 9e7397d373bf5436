import type { Diagnostic } from './diagnostic.ts'
import type { PeerErrorData } from './error.ts'

/** Milliseconds since the epoch, with a fraction. Durations are in milliseconds too. */
export type Millis = number

/**
 * Everything a door shows of a peer. It changes only by `apply(state, event)`, the same pure function in the core, the
 * renderer, the command line and the tests. Bulk data (log lines, calls, world state) isn't here: doors page it through
 * the api, and its latest number here announces changes.
 */
export interface PeerState {
  /** Number of the last event applied; 0 in the snapshot of a new peer. */
  seq: number
  peer: { version: string; pid: number; startedAt: Millis; dataDir: string; mspId: string }
  listener: ListenerState
  /** When blocks are cut, on every channel. */
  orderer: OrdererState
  /** Channel name → its ledger. */
  channels: Record<string, ChannelState>
  /** Chaincode name → chaincode, in the order opened. A name is unique in a peer. */
  chaincodes: Record<string, ChaincodeState>
  /** The tools a chaincode may need, and whether this machine has them. */
  tools: Record<ToolName, ToolState>
  logs: LogsState
  calls: { count: number }
  identities: IdentitiesState
  /** Newest last, at most 20: problems that concern no open chaincode. */
  notices: Notice[]
}

/** Who can call. The identities themselves are read through the api. */
export interface IdentitiesState {
  /** MSP ids, the peer's own first. */
  organisations: string[]
  /** The identity of calls that name none: `User1@Org1MSP`. */
  default: string
  /** Number of changes to organisations and identities since the peer started. */
  changes: number
}

/** The listener that chaincode connects to: gRPC, protos.ChaincodeSupport/Register. */
export type ListenerState =
  | { state: 'starting'; wanted: string }
  /** `address` differs from `wanted` if that port was taken. */
  | { state: 'listening'; address: string; wanted: string }
  | { state: 'failed'; wanted: string; error: PeerErrorData }

/** `batchTimeout` in milliseconds; 0: a block is cut immediately. */
export interface OrdererState {
  batchTimeout: Millis
  maxMessageCount: number
}

export interface ChannelState {
  name: string
  /** Number of blocks. */
  height: number
  lastCommitAt?: Millis | undefined
}

export type Language = 'golang' | 'node' | 'java'
export type ToolName = 'node' | 'go' | 'java' | 'docker'

export type ToolState =
  | { state: 'unknown' }
  | { state: 'checking' }
  /** `note`: which one was chosen, if there is a choice: `the docker context colima`. */
  | { state: 'found'; version: string; path?: string; note?: string }
  | { state: 'missing'; error: PeerErrorData }

export interface LogsState {
  /** Number of lines ever received, which is the newest line's sequence number. */
  count: number
  /** Sequence number of the oldest line kept. */
  first: number
}

export interface Notice {
  at: Millis
  error: PeerErrorData
}

/** Fabric's `chaincode.mode`. dev: a plain process. net: a Docker container. */
export type Mode = 'dev' | 'net'
/** Who starts the process in dev mode: Slipway (*managed*) or the author (*attached*). */
export type StartedBy = 'slipway' | 'you'

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

/** The exact command that starts the chaincode, for a person's terminal. */
export interface LaunchCommand {
  folder: string
  /** To run first if the language is compiled: `go build -o marbles .` */
  build?: string
  env: Record<string, string>
  argv: string[]
  /** A file that its output also goes to, so that Slipway can show it; relative to `folder` if it is inside. */
  output?: string
  /** The whole command, to paste into a POSIX shell (on Windows PowerShell) in `folder`. */
  text: string
}

/**
 * The state of the chaincode's Handler. `none`: it has no open stream. `since` is when it entered that state; for `none`,
 * when its last stream ended.
 */
export interface RegistrationState {
  state: 'none' | 'created' | 'established' | 'ready'
  since: Millis
  createdAt?: Millis
  establishedAt?: Millis
  readyAt?: Millis
  /** Why the last stream ended. */
  ended?: { at: Millis; error: PeerErrorData }
}

export interface ProcessState {
  pid: number
  startedAt: Millis
  build: number
  /** `warm`: a pre-warmed Node process took over. `cold`: the plain command. */
  start: 'warm' | 'cold'
  /** Why it wasn't warm, for a language that can be. */
  startReason?: string
  /** Resident memory in bytes, sampled regularly. */
  memory?: number
}

export interface ProcessExit {
  at: Millis
  code: number | null
  signal: string | null
  /** The container exceeded its memory limit and was killed. */
  oomKilled?: boolean
  /** The last lines it printed, oldest first. */
  lastLines: string[]
  /** In words: `exited with code 1 after 0.4 s`. */
  words: string
}

/** A chaincode's container, as the Docker engine reports it. */
export interface ContainerState {
  /** The engine's id, hex. */
  id: string
  name: string
  image: string
  /** `lost`: the engine doesn't answer, so the state is unknown. */
  state: 'created' | 'running' | 'paused' | 'exited' | 'lost'
  createdAt: Millis
  startedAt?: Millis
  build: number
  /** Set once it has exited. */
  exitCode?: number | undefined
  /** Bytes in use, sampled about every second. */
  memory?: number
  /** Bytes; absent if its memory isn't limited. */
  memoryLimit?: number
  /** Processors in use: 1.5 is one and a half. */
  cpu?: number
  /** To run in a terminal; with `-H` or `--context` if the engine isn't docker's default. */
  commands: { shell: string; logs: string; inspect: string; run: string }
}

/** How a real peer would build or run this chaincode differently. */
export interface Difference {
  name:
    | 'dev-dependency-used'
    | 'dependency-undeclared'
    | 'output-missing'
    | 'output-stale'
    | 'file-outside'
    | 'file-left-out'
    | 'file-mode'
    | 'symlink'
    | 'custom-build'
    | 'custom-start'
    | 'custom-env'
    | 'runtime-version'
    | 'file-case'
    | 'lock-file-missing'
    | 'lock-file-stale'
    | 'start-missing'
    | 'native-library'
    | 'jar-missing'
    | 'line-endings'
  /** What happens on a peer, why, and what to do about it. */
  what: string
  why: string
  do: string
  /** Relative to the chaincode's folder. */
  file?: string
  line?: number | undefined
  /** The chaincode can't work on a peer as it is; otherwise it may, or only sometimes. */
  fatal: boolean
}

export type StepName =
  | 'source-changed'
  | 'install'
  | 'build'
  | 'already-running'
  | 'deployment-spec'
  | 'package'
  /** Net mode: the image with the dependencies, built only when package.json, go.mod, pom.xml… or the base image changes. */
  | 'dependencies'
  /** Net mode: built from the package, unless it exists. */
  | 'image'
  /** Net mode: the container is created, but not started. */
  | 'create'
  /** Net mode: reading the container's output, before it starts. */
  | 'attach'
  | 'start'
  /** Chaincode as a service: the peer's connection to it. */
  | 'dial'
  | 'registered'
  | 'ready'

export interface LaunchStep {
  name: StepName
  state: 'running' | 'done' | 'failed' | 'skipped'
  startedAt: Millis
  endedAt?: Millis
  /** A few words shown beside the name: `tsc`, `from _lifecycle`, `warm`. */
  note?: string
}

/** `mode`: the author switched between dev and net. `crashed`: Slipway restarts it after a crash. */
export type LaunchReason = 'opened' | 'saved' | 'restart' | 'call' | 'connected' | 'mode' | 'crashed'

/** One launch, step by step: the launch timeline. */
export interface LaunchState {
  id: number
  /** The build it launches. */
  build: number
  /** The mode it is launched in; during a change of mode, the new one. */
  mode: Mode
  reason: LaunchReason
  /** The changed files that caused it, relative to the chaincode's folder; at most 20. */
  files: string[]
  startedAt: Millis
  endedAt?: Millis
  outcome: 'running' | 'ready' | 'failed' | 'aborted'
  steps: LaunchStep[]
  error?: PeerErrorData | undefined
}

export interface BuildState {
  number: number
  state: 'building' | 'launching' | 'serving' | 'was-ready' | 'failed' | 'aborted'
  reason: LaunchReason
  startedAt: Millis
  /** From the change to READY or the failure. */
  durationMs?: Millis
  files: string[]
  /** Content hash of the sources, hex. */
  hash: string
  error?: PeerErrorData
  diagnostics: Diagnostic[]
}

export type WatchState =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'watching'; files: number }
  | { state: 'failed'; error: PeerErrorData }
