import type { Diagnostic } from './diagnostic.ts'
import type { PeerErrorData } from './error.ts'

/** Milliseconds since the epoch, with a fraction. Durations are in milliseconds too. */
export type Millis = number

/**
 * All that a door shows of a peer at once. It changes only by `apply(state, event)`, the same pure function
 * in the core, the renderer, the command line and the tests. What comes in volume (log lines, calls, world
 * state) is not here: it is paged by a call of the api and announced here by its last number.
 */
export interface PeerState {
  /** Number of the last event applied; the snapshot of a new peer has 0. */
  seq: number
  peer: { version: string; pid: number; startedAt: Millis; dataDir: string; mspId: string }
  listener: ListenerState
  /** When blocks are cut, on every channel. */
  orderer: OrdererState
  /** Channel name → its ledger. */
  channels: Record<string, ChannelState>
  /** Chaincode name → chaincode, in the order opened. A name is unique in a peer. */
  chaincodes: Record<string, ChaincodeState>
  /** What this machine has of the tools a chaincode may need. */
  tools: Record<ToolName, ToolState>
  logs: LogsState
  calls: { count: number }
  identities: IdentitiesState
  /** The newest last, at most 20: what concerns the peer and no chaincode it knows. */
  notices: Notice[]
}

/** Who may call. The identities themselves are read by a call of the api. */
export interface IdentitiesState {
  /** MSP ids, the peer's own first. */
  organisations: string[]
  /** Calls where nobody is named: `User1@Org1MSP`. */
  default: string
  /** How often something of it has changed since the peer started. */
  changes: number
}

/** Where chaincode connects: gRPC, protos.ChaincodeSupport/Register. */
export type ListenerState =
  | { state: 'starting'; wanted: string }
  /** `address` differs from `wanted` where that port was taken. */
  | { state: 'listening'; address: string; wanted: string }
  | { state: 'failed'; wanted: string; error: PeerErrorData }

/** `batchTimeout` in milliseconds, 0: a block is cut at once. */
export interface OrdererState {
  batchTimeout: Millis
  maxMessageCount: number
}

export interface ChannelState {
  name: string
  /** Number of blocks. */
  height: number
  lastCommitAt?: Millis
}

export type Language = 'golang' | 'node' | 'java'
export type ToolName = 'node' | 'go' | 'java' | 'docker'

export type ToolState =
  | { state: 'unknown' }
  | { state: 'checking' }
  /** `note`: which one was chosen and why, where there is a choice: `the docker context colima`. */
  | { state: 'found'; version: string; path?: string; note?: string }
  | { state: 'missing'; error: PeerErrorData }

export interface LogsState {
  /** Lines ever received; the sequence number of the newest line. */
  count: number
  /** Sequence number of the oldest line still held. */
  first: number
}

export interface Notice {
  at: Millis
  error: PeerErrorData
}

/** dev: a plain process. net: a container of the Docker engine. Fabric's `chaincode.mode`. */
export type Mode = 'dev' | 'net'
/** Who starts the process in dev mode: Slipway (*managed*) or the author (*attached*). */
export type StartedBy = 'slipway' | 'you'

export interface ChaincodeState {
  name: string
  version: string
  /** `name:version`: what the chaincode registers as. */
  canonicalName: string
  /** Where it is called, unless a call says otherwise. */
  channel: string
  /** All that it is defined on, its own first. */
  channels: string[]
  folder: string
  language: Language
  /** What an author calls it: `Go`, `JavaScript`, `TypeScript`, `Java`. */
  dialect: string
  /** `go`, `npm`, `gradle`, `maven`. */
  buildTool: string
  mode: Mode
  startedBy: StartedBy
  initRequired: boolean
  /**
   * Chaincode as a service: where the chaincode itself listens and the peer dials; absent where the chaincode dials
   * the peer, as usual. In net mode the port is that inside the container.
   */
  server?: string
  command: LaunchCommand
  registration: RegistrationState
  /** The process that Slipway started and that serves; none while the author starts it. */
  process?: ProcessState
  /** In net mode: the container that serves, or the last one, until the next is ready. */
  container?: ContainerState
  /** How the last process or container ended, until the next one is ready. */
  exit?: ProcessExit
  /**
   * How it last ended by itself. Kept although it was started again at once, until its author launches it anew: a
   * crash must not go by unseen.
   */
  crash?: ProcessExit
  /** What a real Fabric peer would do otherwise with this chaincode, found when it was last packaged. */
  differences: Difference[]
  /** The launch under way, or the last one. */
  launch?: LaunchState
  /** Newest first, at most 30. */
  builds: BuildState[]
  watch: WatchState
  /** What is wrong now; gone once the chaincode is ready again. */
  error?: PeerErrorData
}

/** The exact command that starts the chaincode, for a person's terminal. */
export interface LaunchCommand {
  folder: string
  /** To run first, where the language is compiled: `go build -o marbles .` */
  build?: string
  env: Record<string, string>
  argv: string[]
  /** File, relative to `folder` where it is inside, that its output is written to as well, so that Slipway can show it. */
  output?: string
  /** All of it, ready to paste into a POSIX shell (on Windows into PowerShell), run in `folder`. */
  text: string
}

/**
 * Where the conversation stands, in the Handler's own states. `none`: no stream of this chaincode is open.
 * `since` is when that state was entered; for `none` it is since when nothing is connected.
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
  /** `warm`: a pre-warmed Node process took over; `cold`: the plain command. */
  start: 'warm' | 'cold'
  /** Why not warm, where the language could be. */
  startReason?: string
  /** Resident memory in bytes, sampled now and then. */
  memory?: number
}

export interface ProcessExit {
  at: Millis
  code: number | null
  signal: string | null
  /** The container went beyond its memory and was killed for it. */
  oomKilled?: boolean
  /** The last lines it printed, oldest first. */
  lastLines: string[]
  /** In words: `exited with code 1 after 0.4 s`. */
  words: string
}

/** A chaincode's container, as the Docker engine tells of it. */
export interface ContainerState {
  /** The engine's id, hex. */
  id: string
  name: string
  image: string
  /** `lost`: the engine does not answer, so nobody knows. */
  state: 'created' | 'running' | 'paused' | 'exited' | 'lost'
  createdAt: Millis
  startedAt?: Millis
  build: number
  /** Once exited. */
  exitCode?: number
  /** Bytes in use, sampled every second or so. */
  memory?: number
  /** Bytes; absent where the container may use all there is. */
  memoryLimit?: number
  /** Of one processor: 1.5 is one and a half. */
  cpu?: number
  /** For a person's terminal, with `-H` or `--context` where the engine is not docker's own default. */
  commands: { shell: string; logs: string; inspect: string; run: string }
}

/** How a real peer's own build or run of this chaincode would differ from what happens here. */
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
  /** What would happen on a peer, why, and what to do about it. */
  what: string
  why: string
  do: string
  /** Where in the folder. */
  file?: string
  line?: number
  /** The chaincode cannot work on a peer as it is; otherwise it may, or only sometimes. */
  fatal: boolean
}

export type StepName =
  | 'source-changed'
  | 'install'
  | 'build'
  | 'already-running'
  | 'deployment-spec'
  | 'package'
  /** Net mode: the dependencies' own image, made only where package.json, go.mod, pom.xml… or the base image changed. */
  | 'dependencies'
  /** Net mode: there already, or built from the package. */
  | 'image'
  /** Net mode: the container, made and not yet started. */
  | 'create'
  /** Net mode: its output, before it is started. */
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
  /** A few words beside the name: `tsc`, `from _lifecycle`, `warm`. */
  note?: string
}

/** `mode`: the author changed dev to net or back. `crashed`: it ended by itself and is started again. */
export type LaunchReason = 'opened' | 'saved' | 'restart' | 'call' | 'connected' | 'mode' | 'crashed'

/** One launch, step by step: the launch timeline. */
export interface LaunchState {
  id: number
  /** The build it launches. */
  build: number
  /** What it is launched as; while the mode is being changed, the one to come. */
  mode: Mode
  reason: LaunchReason
  /** The changed files that caused it, relative to the folder; at most 20. */
  files: string[]
  startedAt: Millis
  endedAt?: Millis
  outcome: 'running' | 'ready' | 'failed' | 'aborted'
  steps: LaunchStep[]
  error?: PeerErrorData
}

export interface BuildState {
  number: number
  state: 'building' | 'launching' | 'serving' | 'was-ready' | 'failed' | 'aborted'
  reason: LaunchReason
  startedAt: Millis
  /** From the change to READY, or to the failure. */
  durationMs?: Millis
  files: string[]
  /** Content hash of the sources, hex; its first characters are enough to compare by eye. */
  hash: string
  error?: PeerErrorData
  diagnostics: Diagnostic[]
}

export type WatchState =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'watching'; files: number }
  | { state: 'failed'; error: PeerErrorData }
