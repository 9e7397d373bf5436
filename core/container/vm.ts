import type { InstanceExit } from '../process/print-line.ts'
import type { Printed } from '../contract/cause.ts'
import type { LaunchReport } from '../facts/launch-report.ts'
import type { PeerError } from '../contract/error.ts'
import type { ContainerState, ProcessState } from '../contract/run-state.ts'

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

/** Where a start reports its steps, and how its time is counted. */
export interface StartSteps {
  report: Pick<LaunchReport, 'step' | 'past' | 'skip'>
  /**
   * Do work that doesn't count as the chaincode's start: building its image has its own deadline, so the clock of
   * `chaincode.startuptimeout` pauses meanwhile.
   */
  untimed<T>(work: () => Promise<T>): Promise<T>
}

/** A started chaincode, whatever runs it. */
export interface Instance {
  readonly containerName: string
  /** Its process, if it has its own on this machine. */
  readonly process?: ProcessState | undefined
  /** Its container, as it was when it started. */
  readonly container?: ContainerState | undefined
  /** Settles when it has ended and all its output was read; never rejects. */
  readonly exited: Promise<InstanceExit>
  /** Settles with the reason why its stream was turned away; it will never be ready then. */
  readonly turnedAway?: Promise<PeerError> | undefined
  /** What it has printed so far, as the cause of an end now. */
  printed(): Printed
  /** Whether it has used the processor since the last question; absent where nobody knows. */
  isWorking?(): Promise<boolean>
  /** Idempotent; resolves once it has ended and nothing of it is left. */
  stop(): Promise<void>
}

/** Fabric's VM: what can start a chaincode. DockerVM, InprocVM and ProcessVM are the three. */
export interface VM<Spec extends StartSpec = StartSpec> {
  /**
   * Resolves once it is started, which doesn't mean that it registers. Reports its steps, `start` last.
   * Undoes itself when it fails or is aborted.
   */
  start(spec: Spec, signal: AbortSignal, steps: StartSteps): Promise<Instance>
}
