import type { InstanceExit } from '../process/print-line.ts'
import type { LaunchReport } from '../facts/launch-report.ts'

import type { PeerError } from '../contract/error.ts'
import type { ContainerState, ProcessState } from '../contract/state.ts'

/** What a VM starts: Fabric's StartContainer request. */
export interface StartSpec {
  /** Canonical name, `name:version`. */
  ccid: string
  /** Name of the container (or process, or in-process instance); one operation at a time is run on it. */
  containerName: string
  /** Arguments and environment as Fabric's getArgsAndEnv makes them. */
  args: string[]
  env: Record<string, string>
}

/** Where a start tells its steps, and how its time is counted. */
export interface StartSteps {
  report: Pick<LaunchReport, 'step' | 'past' | 'skip'>
  /**
   * Do work whose time is not that of the chaincode's start: building its image has a deadline of its own, so the
   * clock of `chaincode.startuptimeout` stands meanwhile.
   */
  untimed<T>(work: () => Promise<T>): Promise<T>
}

/** A started chaincode, whatever runs it. */
export interface Instance {
  readonly containerName: string
  /** The process behind it, where it has one of its own on this machine. */
  readonly process?: ProcessState
  /** The container behind it, as it was when it started. */
  readonly container?: ContainerState
  /** Settles when it has ended and all it printed was read; never rejects. */
  readonly exited: Promise<InstanceExit>
  /** Settles with why its stream was not let in; nothing more is to be waited for then. */
  readonly turnedAway?: Promise<PeerError>
  lastLines(): string[]
  /** Idempotent; resolves once it has ended and nothing of it is left. */
  stop(): Promise<void>
}

/** Fabric's VM: what can start a chaincode. DockerVM, InprocVM and ProcessVM are the three. */
export interface VM<Spec extends StartSpec = StartSpec> {
  /**
   * Resolves once it is started, which says nothing of whether it registers. Tells its steps, `start` the last.
   * Undoes itself when it fails or is aborted.
   */
  start(spec: Spec, signal: AbortSignal, steps: StartSteps): Promise<Instance>
}
