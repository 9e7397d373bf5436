import type { LogSource } from '../contract/api.ts'
import type { ProcessState } from '../contract/state.ts'

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

/** How a running instance ended. */
export interface InstanceExit {
  at: number
  code: number | null
  signal: string | null
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
  /** Settles when it has ended and all it printed was read; never rejects. */
  readonly exited: Promise<InstanceExit>
  lastLines(): string[]
  /** Idempotent; resolves once it has ended. */
  stop(): Promise<void>
}

/** Fabric's VM: what can start a chaincode. DockerVM, InprocVM and ProcessVM are the three. */
export interface VM<Spec extends StartSpec = StartSpec> {
  /** Resolves once it is started, which says nothing of whether it registers. Undoes itself when aborted. */
  start(spec: Spec, signal: AbortSignal): Promise<Instance>
}

/** One line that an instance printed, as it came. */
export type PrintLine = (line: { at: number; source: LogSource; stream: 'stdout' | 'stderr'; text: string }) => void
