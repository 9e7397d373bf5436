import { isAbsolute, join, relative } from 'node:path'
import type { ChaincodeSupport } from '../chaincode/chaincode-support.ts'
import { getArgsAndEnv } from '../chaincode/launch-config.ts'
import { now, type LaunchReport } from '../chaincode/launch-report.ts'
import { launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import type { PeerConfig } from '../config.ts'
import type { PeerFact } from '../contract/events.ts'
import { followAttachedOutput } from '../container/process/attached-output.ts'
import { watchMemory } from '../container/process/memory.ts'
import type { ProcessSpec } from '../container/process/process-spec.ts'
import type { ProcessVM } from '../container/process/process-vm.ts'
import type { WarmPool } from '../container/process/warm-pool.ts'
import type { LogStore } from '../logs/log-store.ts'
import { readProjects, type Overrides } from '../platforms/detect.ts'
import { newBuildCache } from '../platforms/build-cache.ts'
import { diagnosticsOf, readPlaces } from '../platforms/diagnostics.ts'
import { isShimLine } from '../platforms/shim-line.ts'
import { buildProject, installDependencies } from '../platforms/platform.ts'
import type { BuiltProject, Project } from '../platforms/project.ts'
import type { BuildRun } from '../platforms/run-tool.ts'
import { newContentHash, type ContentHash } from '../watch/content-hash.ts'
import { Reloader } from '../watch/reloader.ts'
import { sourcesOf } from '../watch/sources.ts'
import { watchSources } from '../watch/source-watcher.ts'
import type { CustodianParts, ReloadSteps, Watch } from './custodian.ts'

/** What the parts of a custodian are made of. */
export interface CustodianWorld {
  config: PeerConfig
  address: string
  emit: (fact: PeerFact) => void
  isServing: (cc: CCContext) => boolean
  support: ChaincodeSupport
  processVM: ProcessVM
  warmPool: WarmPool
  logs: LogStore
  watch: boolean
  overrides: Overrides
  deploy: (project: Project) => Promise<void>
}

let launches = 0

/** Wire one custodian: from its folder to a watched, running process. */
export function newCustodianParts(world: CustodianWorld): CustodianParts {
  const { config, address, emit, logs } = world
  const builds = newBuildCache(join(config.dataDir, 'builds'))
  let starts = 0

  const specOf = (project: Project, built: BuiltProject): ProcessSpec => {
    const ccid = canonicalName(project)
    const { args, env } = getArgsAndEnv(project.language, ccid, address, config.mspId)
    const container = [config.networkId, config.peerId, project.name, project.version, built.build, (starts += 1)]
    return { ccid, containerName: container.join('-'), args, env, cwd: project.folder, argv: built.argv, built }
  }

  const outputOf = (project: Project) => join(config.dataDir, 'output', `${project.name}.log`)

  const newReloader = (steps: ReloadSteps): Reloader => {
    const { name } = steps.project()
    // Which files are sources may change with the project's own description.
    let hashed: { project: Project; hash: ContentHash } | undefined
    const hash = async (changed?: readonly string[]) => {
      const project = steps.project()
      if (hashed?.project !== project) hashed = { project, hash: newContentHash(await sourcesOf(project)) }
      return hashed.hash.hash(changed)
    }
    const reloader: Reloader = new Reloader({
      hash,
      async build(wanted, signal, report) {
        const project = steps.project()
        const serving = reloader.lastGood()?.build
        const about = { number: wanted.number, signal, ...(serving === undefined ? {} : { serving }) }
        const installed = await install(project, about, report)
        return report.step('build', async (note) => {
          // Restarted by its author, it is built anew: what seems unchanged may not be.
          const mayKeep = !installed && wanted.reason !== 'restart'
          const known = mayKeep ? await builds.find(project, wanted.number, wanted.hash) : undefined
          if (known !== undefined) {
            note('unchanged')
            return known
          }
          const built = await buildProject(project, runOf(project, about, note))
          // A save during the build leaves it open which sources went into it.
          if ((await hash()) === wanted.hash) await builds.keep(built, wanted.hash)
          return built
        })
      },
      launch: (built, signal, report) => steps.launch(built, signal, report),
      begin: (launch) => steps.begin(launch),
      tell: (told) => emit({ type: 'build', name, build: told }),
      isServing: () => world.isServing({ ...steps.project(), systemChaincode: false }),
      diagnose: (error) => diagnosticsOf(error, steps.project().folder),
    })
    return reloader
  }

  type AboutBuild = Pick<BuildRun, 'number' | 'signal' | 'serving'>

  const runOf = (project: Project, about: AboutBuild, note: BuildRun['note']): BuildRun => {
    const print: BuildRun['print'] = (line) => {
      const places = readPlaces(line.text, project.folder)
      logs.append({ ...line, chaincode: project.name, build: about.number, places })
    }
    return { ...about, print, note, timeoutMs: config.chaincode.buildtimeout }
  }

  /** Whether there was something to install. */
  const install = (project: Project, about: AboutBuild, report: LaunchReport): Promise<boolean> =>
    report.step('install', async (note) => {
      const did = await installDependencies(project, runOf(project, about, note))
      note(did ?? 'nothing to install')
      return did !== undefined
    })

  const watch = (project: Project, changed: (files: string[], since: number) => void): Watch => {
    const opening = sourcesOf(project).then((sources) =>
      watchSources({
        sources,
        quietPeriod: config.chaincode.quietPeriod,
        changed,
        tell: (state) => emit({ type: 'watch', name: project.name, watch: state }),
      }),
    )
    return {
      ready: opening.then(({ ready }) => ready),
      close: async () => (await opening).close(),
    }
  }

  return {
    address,
    mspId: config.mspId,
    emit,
    support: world.support,
    deploy: world.deploy,
    launchable: (project, built) => launchable(world.processVM, specOf(project, built), address),
    prepareNext(project, built) {
      if (config.prewarm) void world.warmPool.prepare(specOf(project, built))
    },
    watchMemory: (name, pid) => watchMemory(pid, (memory) => emit({ type: 'process.memory', name, memory })),
    dropPrepared: (project) => world.warmPool.drop(project.name),
    outputFile: (project) => {
      const file = outputOf(project)
      const inside = relative(project.folder, file)
      return inside.startsWith('..') || isAbsolute(inside) ? file : inside.replaceAll('\\', '/')
    },
    async followOutput(project) {
      const isShim = (text: string) => isShimLine(project.language, text)
      const output = await followAttachedOutput(outputOf(project), (text) => {
        const source = isShim(text) ? 'shim' : 'chaincode'
        const places = readPlaces(text, project.folder)
        logs.append({ at: now(), source, stream: 'stdout', chaincode: project.name, text, places })
      })
      return { ...output, lastLines: () => output.lastLines().filter((text) => !isShim(text)) }
    },
    newReloader,
    watch: world.watch ? watch : undefined,
    async reread(project) {
      const { projects } = await readProjects(project.folder, world.overrides)
      return projects.find(({ name }) => name === project.name) ?? projects[0] ?? project
    },
    nextLaunchId: () => (launches += 1),
  }
}
