import { isAbsolute, join, relative } from 'node:path'
import type { ChaincodeSupport } from '../chaincode/chaincode-support.ts'
import { getArgsAndEnv } from '../chaincode/launch-config.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { now } from '../facts/clock.ts'
import { launchable, type Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { keepDialing } from '../comm/keep-dialing.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { PeerFact } from '../contract/events.ts'
import { followAttachedOutput } from '../container/process/attached-output.ts'
import { watchMemory } from '../process/memory.ts'
import type { ProcessSpec } from '../container/process/process-spec.ts'
import type { ProcessVM } from '../container/process/process-vm.ts'
import type { WarmPool } from '../container/process/warm-pool.ts'
import type { LogStore } from '../logs/log-store.ts'
import { readAgain, type Overrides } from '../platforms/detect.ts'
import { diagnosticsOf, readPlaces } from '../platforms/diagnostics.ts'
import { isShimLine } from '../platforms/shim-line.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { newContentHash, type ContentHash } from '../watch/content-hash.ts'
import { Reloader } from '../watch/reloader.ts'
import { sourcesOf } from '../watch/sources.ts'
import { watchSources } from '../watch/source-watcher.ts'
import type { CustodianParts, ReloadSteps, Watch } from './parts.ts'
import type { ProjectBuilds } from './project-builds.ts'
import { attachedServer, serverProcess } from './server-launch.ts'

/** What the parts of a custodian are made of. */
export interface CustodianWorld {
  config: PeerConfig
  address: string
  emit: (fact: PeerFact) => void
  support: ChaincodeSupport
  processVM: ProcessVM
  warmPool: WarmPool
  builds: ProjectBuilds
  /** What to start of a build in net mode. */
  inContainer: (project: Project, built: BuiltProject) => Launchable
  /** That build serves in a container. */
  containerServes: (project: Project, built: BuiltProject) => void
  rememberMode: CustodianParts['rememberMode']
  logs: LogStore
  watch: boolean
  overrides: Overrides
  deploy: (project: Project) => Promise<void>
}

let launches = 0

/** Wire one custodian: from its folder to a watched, running process. */
export function newCustodianParts(world: CustodianWorld): CustodianParts {
  const { config, address, emit, logs, builds } = world
  let starts = 0

  const specOf = (project: Project, built: BuiltProject): ProcessSpec => {
    const ccid = canonicalName(project)
    const { args, env } = getArgsAndEnv(project.language, ccid, address, config.mspId)
    const container = [config.networkId, config.peerId, project.name, project.version, built.build, (starts += 1)]
    return { ccid, containerName: container.join('-'), args, env, cwd: project.folder, argv: built.argv, built }
  }

  const handleChaincodeStream = (stream: ChaincodeStream) => world.support.handleChaincodeStream(stream)

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
      build: (wanted, signal, report) =>
        builds.build(steps.project(), { wanted, serving: reloader.lastGood()?.build, signal, report, hash }),
      launch: (built, signal, report) => steps.launch(built, signal, report),
      begin: (launch) => steps.begin(launch),
      tell: (told) => emit({ type: 'build', name, build: told }),
      isServing: () => steps.isServing(),
      diagnose: (error) => diagnosticsOf(error, steps.project().folder),
    })
    return reloader
  }

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
    launchable(project, built) {
      if (project.mode === 'net') return world.inContainer(project, built)
      const spec = specOf(project, built)
      if (project.server === undefined) return launchable(world.processVM, spec, address)
      return serverProcess({ ...world, handleChaincodeStream }, project.server, spec)
    },
    prepareNext(project, built) {
      if (project.mode === 'net') world.containerServes(project, built)
      else if (config.prewarm && project.server === undefined) void world.warmPool.prepare(specOf(project, built))
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
    dialServer(wanted, told) {
      const target = async () => {
        const [project, stopped] = wanted()
        return stopped ? undefined : attachedServer(project)
      }
      return wanted()[0].server === undefined ? undefined : keepDialing(target, handleChaincodeStream, told)
    },
    newReloader,
    watch: world.watch ? watch : undefined,
    reread: (project, mode) => readAgain(project, world.overrides, () => mode),
    rememberMode: world.rememberMode,
    nextLaunchId: () => (launches += 1),
  }
}
