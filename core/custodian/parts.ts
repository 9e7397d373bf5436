import type { ChaincodeSupport } from '../chaincode/chaincode-support.ts'
import type { LaunchReport } from '../facts/launch-report.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import type { Dialing } from '../comm/keep-dialing.ts'
import type { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LaunchReason, Mode } from '../contract/state.ts'
import type { AttachedOutput } from '../container/process/attached-output.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import type { Reloader } from '../watch/reloader.ts'

/** What a Custodian is given of the peer. */
export interface CustodianParts {
  address: string
  mspId: string
  emit: (fact: PeerFact) => void
  support: ChaincodeSupport
  /** Define it on its channel, where that says something new. */
  deploy: (project: Project) => Promise<void>
  launchable: (project: Project, built: BuiltProject) => Launchable
  /** Now that this build serves: keep a process ready for the next start, or the images of older builds no longer. */
  prepareNext: (project: Project, built: BuiltProject) => void
  dropPrepared: (project: Project) => Promise<void>
  /** Tell its process's memory now and then, until the returned function is called. */
  watchMemory: (name: string, pid: number) => () => void
  newReloader: (custodian: ReloadSteps) => Reloader
  /** File that the shown command writes the chaincode's output to, relative to the folder where it is inside. */
  outputFile: (project: Project) => string
  followOutput: (project: Project) => Promise<AttachedOutput>
  /**
   * Keep connecting to the server that its author starts, but not while it is stopped; `told`: another is there.
   * Undefined where it is none.
   */
  dialServer: (
    wanted: () => [project: Project, stopped: boolean],
    told: (error: PeerError) => void,
  ) => Dialing | undefined
  /** Watch the sources; `undefined` where watching is off. */
  watch: ((project: Project, changed: (files: string[], since: number) => void) => Watch) | undefined
  /** Read the folder anew, after its own description may have changed. `mode`: where it says none. */
  reread: (project: Project, mode: Mode) => Promise<Project>
  /** The author switched it: the next start of this folder is in that mode too. */
  rememberMode: (name: string, mode: Mode) => void
  nextLaunchId: () => number
}

export interface Watch {
  /** Resolves when every change from now on is seen, or when it was told why not. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** What the reloader calls back. */
export interface ReloadSteps {
  /** As it is to be built. */
  project(): Project
  /** The last good build still runs, and in the mode that is wanted. */
  isServing(): boolean
  begin(launch: { build: number; reason: LaunchReason; files: string[]; startedAt: number }): LaunchReport
  launch(built: BuiltProject, signal: AbortSignal, report: LaunchReport): Promise<void>
}
