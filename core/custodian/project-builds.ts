import { join } from 'node:path'
import type { LaunchReport } from '../facts/launch-report.ts'
import type { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LogStore } from '../logs/log-store.ts'
import { newBuildCache } from '../platforms/build-cache.ts'
import { newPlaceReader } from '../platforms/printed-places.ts'
import { buildProject, installDependencies } from '../platforms/platform.ts'
import type { Guard } from '../process/guardian.ts'
import type { BuiltProject, CodePackage, Project } from '../project/project.ts'
import { runTool, shellArgv, type BuildRun } from '../platforms/run-tool.ts'
import type { WantedBuild } from '../watch/reloader-parts.ts'

export interface ProjectBuildsParts {
  dataDir: string
  /** `chaincode.buildtimeout` */
  timeoutMs: number
  logs: LogStore
  emit: (fact: PeerFact) => void
  guard: Guard
  packageProject: (project: Project, signal: AbortSignal) => Promise<CodePackage>
  /** Give the ledger the folder's indexes, and report the files that aren't valid. */
  setIndexes: (project: Project) => Promise<{ faults: PeerError[] }>
}

/** What one build needs. */
export interface BuildAsked {
  wanted: WantedBuild
  /** The build that serves meanwhile: its files stay. */
  serving: number | undefined
  signal: AbortSignal
  report: LaunchReport
  /** Content hash of the sources as they are now. */
  hash: () => Promise<string>
}

/** Builds projects for their mode, and reports the steps `install`, `build` and `package`. */
export interface ProjectBuilds {
  /** Throws what installing, building and packaging throw, or the signal's reason. */
  build(project: Project, asked: BuildAsked): Promise<BuiltProject>
}

export function newProjectBuilds({
  dataDir,
  timeoutMs,
  logs,
  emit,
  guard,
  packageProject,
  setIndexes,
}: ProjectBuildsParts): ProjectBuilds {
  const cache = newBuildCache(join(dataDir, 'builds'))

  const runOf = (project: Project, asked: BuildAsked, note: BuildRun['note'], printed?: (line: string) => void) =>
    buildRun(project, asked, { timeoutMs, logs, guard, note, printed })

  /** Returns whether anything was installed. */
  const install = (project: Project, asked: BuildAsked): Promise<boolean> =>
    asked.report.step('install', async (note, printed) => {
      const did = await installDependencies(project, runOf(project, asked, note, printed))
      note(did ?? 'nothing to install')
      return did !== undefined
    })

  async function onThisMachine(project: Project, asked: BuildAsked): Promise<BuiltProject> {
    const { wanted, report, hash } = asked
    const installed = await install(project, asked)
    return report.step('build', async (note, printed) => {
      // If its author restarts it, it is built again: what seems unchanged may not be.
      const mayKeep = !installed && wanted.reason !== 'restart'
      const known = mayKeep ? await cache.find(project, wanted.number, wanted.hash) : undefined
      if (known !== undefined) {
        note('unchanged')
        return known
      }
      const built = await buildProject(project, runOf(project, asked, note, printed))
      // After a save during the build, nobody knows which sources went into it.
      if ((await hash()) === wanted.hash) await cache.keep(built, wanted.hash)
      return built
    })
  }

  /** What a peer would get. It builds the rest itself, in the image; only what it wouldn't build is built here. */
  async function forContainer(project: Project, asked: BuildAsked): Promise<BuiltProject> {
    const { wanted, signal, report } = asked
    // With an image of the author's own choice it is run in there (platforms/other).
    const own = project.image === undefined ? project.build : undefined
    if (own !== undefined) {
      if (project.language === 'node') await install(project, asked)
      await report.step('build', (note, printed) => {
        note(own)
        return runTool(project, shellArgv(own), runOf(project, asked, note, printed), 'build')
      })
    } else if (project.dialect === 'TypeScript') await onThisMachine(project, asked)
    const code = await report.step('package', async (note) => {
      const packaged = await packageProject(project, signal)
      const { length } = packaged.files
      note(`${length} ${length === 1 ? 'file' : 'files'}, ${size(packaged.code.length)}`)
      return packaged
    })
    emit({ type: 'differences', name: project.name, differences: code.differences })
    return { project, build: wanted.number, argv: [], code }
  }

  return {
    async build(project, asked) {
      const [fault] = (await setIndexes(project)).faults
      if (fault !== undefined) throw fault
      return (project.mode === 'net' ? forContainer : onThisMachine)(project, asked)
    },
  }
}

type RunParts = Pick<ProjectBuildsParts, 'timeoutMs' | 'logs' | 'guard'> &
  Pick<BuildRun, 'note'> & { printed: ((line: string) => void) | undefined }

/** Its lines go to the log and to the timeline. */
function buildRun(
  project: Project,
  { wanted, serving, signal }: BuildAsked,
  { timeoutMs, logs, guard, note, printed }: RunParts,
): BuildRun {
  const placesIn = newPlaceReader(project.folder)
  return {
    number: wanted.number,
    signal,
    note,
    timeoutMs,
    guard,
    serving,
    print(line) {
      printed?.(line.text)
      logs.append({ ...line, chaincode: project.name, build: wanted.number, places: placesIn(line.text) })
    },
  }
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}
