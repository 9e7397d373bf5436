import type { Printed } from './cause.ts'
import type { Millis } from './time.ts'
import type { PeerErrorData } from './error.ts'

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

/** The process of this machine that opened a stream. */
export interface StreamOrigin {
  pid: number
  /** Its program and arguments, cut where they are long; empty if the system doesn't tell. */
  program: string
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
  /** Who it is, if Slipway didn't start it and the system tells. */
  from?: StreamOrigin
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

export interface ProcessExit extends Printed {
  at: Millis
  code: number | null
  signal: string | null
  /** The container exceeded its memory limit and was killed. */
  oomKilled?: boolean
  /** Its author started it, and it never connected: that it has ended is taken from what it printed. */
  neverConnected?: boolean
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
