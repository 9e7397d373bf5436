import type { Diagnostic } from '../contract/diagnostic.ts'
import type { PeerError } from '../contract/error.ts'
import type { BuildState, LaunchReason } from '../contract/launch-state.ts'
import type { Mode } from '../contract/mode.ts'
import type { LaunchReport } from '../facts/launch-report.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import type { BuildWrites } from './build-writes.ts'

/** What a Reloader works with. */
export interface ReloaderParts {
  /** Content hash of the sources. `changed`: all that may differ since the last time; undefined: unknown. */
  hash(project: Project, changed?: readonly string[]): Promise<string>
  build(project: Project, wanted: WantedBuild, signal: AbortSignal, report: LaunchReport): Promise<BuiltProject>
  /** Resolves when the new chaincode is READY and the old one was let go; undoes itself when it fails or is aborted. */
  launch(built: BuiltProject, signal: AbortSignal, report: LaunchReport): Promise<void>
  begin(launch: { build: number; reason: LaunchReason; files: string[]; startedAt: number; mode: Mode }): LaunchReport
  emit(build: BuildState): void
  /** Whether a chaincode serves as this project. */
  serves(project: Project): boolean
  /** What a build wrote into the folder itself isn't a save. */
  writes: BuildWrites
  /** Resolves after a pause, or when the signal is aborted. */
  pause(signal: AbortSignal): Promise<void>
  /** Places in the sources that an error names. */
  diagnose(project: Project, error: PeerError): Diagnostic[]
}

export interface WantedBuild {
  number: number
  reason: LaunchReason
  /** Content hash of the sources when the build was wanted. */
  hash: string
}
