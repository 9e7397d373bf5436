import type { LaunchReport } from '../facts/launch-report.ts'
import type { LogSource } from '../contract/api.ts'
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

/** How a running instance ended. */
export interface InstanceExit {
  at: number
  code: number | null
  signal: string | null
  oomKilled?: boolean
  /** The last lines it printed, oldest first. */
  lastLines: string[]
  /** `exited with code 1 after 0.4 s`, `was killed by SIGKILL after 12 s`. */
  words: string
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

/** One line that an instance printed, as it came. */
export type PrintLine = (line: { at: number; source: LogSource; stream: 'stdout' | 'stderr'; text: string }) => void
