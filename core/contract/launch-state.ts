import type { Mode } from './mode.ts'
import type { Millis } from './time.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { PeerErrorData } from './error.ts'

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
  /** What its tool printed so far: how many lines, and the last one, cut. */
  printed?: { lines: number; last: string }
  /** How long it took the last time, if long. */
  usualMs?: Millis
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
  /** It failed, and the sources were saved back to what this build was, which serves. */
  savedBackTo?: number
  diagnostics: Diagnostic[]
}
