import type { Launchable } from '../chaincode/runtime-launcher.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { DockerVM } from '../container/docker/docker-vm.ts'
import type { DockerEngine } from '../container/docker/engine/engine.ts'
import { newImageBuilder } from '../container/docker/image/image-builder.ts'
import { newShells, type Shells } from '../container/docker/shells.ts'
import { containerLaunchable } from '../custodian/container-launch.ts'
import { imageOf } from '../custodian/container-spec.ts'
import type { Serving } from '../custodian/serving.ts'
import type { Debugged } from '../debugger/debugged.ts'
import { now } from '../facts/clock.ts'
import type { LogStore } from '../logs/log-store.ts'
import { logPrinted } from '../logs/printed-lines.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { newTidiedEngine } from './tidied-engine.ts'

/** What the Docker side of a peer is made of. */
export interface PeerDockerParts {
  config: PeerConfig
  /** An engine is about to be used, and may hold something when this process is killed. */
  engineUsed: () => void
  /** The engine in use now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  logs: LogStore
  /** What serves of a chaincode. */
  serving: (name: string) => Pick<Serving, 'instance' | 'containerChanged' | 'containerStats'> | undefined
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
}

/** The Docker side of a peer: images, containers, shells into them. It asks no engine for anything before net mode does. */
export interface PeerDocker {
  readonly shells: Shells
  /** What to start of a build in net mode. */
  launchable(project: Project, built: BuiltProject, organisation?: string, debug?: () => Promise<Debugged>): Launchable
  /** This build serves: images of older ones are not needed any more. */
  serves(project: Project, built: BuiltProject): void
  /** Stop and remove every container; images stay for the next start. Never rejects. Idempotent. */
  close(): Promise<void>
}

/** How many images of a chaincode are kept: the one that serves, and the one before, for an edit that is undone. */
const KEPT = 2
/** How long removals that are under way may go on when the peer closes. */
const CLOSE_GRACE_MS = 3_000

/** If an earlier Slipway of this data folder used an engine and was killed, what it left is removed in the background. */
export function newPeerDocker(parts: PeerDockerParts): PeerDocker {
  const { config, logs, serving } = parts
  const closing = new AbortController()
  const background = new Set<Promise<unknown>>()
  const inBackground = (work: Promise<unknown>) => {
    // Only tidiness depends on it: whoever needs the engine next learns what is wrong with it.
    const quiet = work.catch(() => undefined).finally(() => background.delete(quiet))
    background.add(quiet)
  }

  const findEngine = (signal?: AbortSignal) => parts.engine(signal)
  const tidied = newTidiedEngine(config.dataDir, findEngine, logs, closing.signal, parts.engineUsed)
  const engine = (signal?: AbortSignal) => tidied.engine(signal)
  const print = logPrinted(logs, config.mspId, { inContainer: true })
  const images = newImageBuilder({ engine, config, print })
  const vm = new DockerVM({
    engine: findEngine,
    config: config.vm.docker,
    print,
    changed: ({ project }, container) => serving(project.name)?.containerChanged(container),
    stats: ({ project }, id, stats) => serving(project.name)?.containerStats(id, stats),
  })
  const shells = newShells({
    engine: findEngine,
    containerOf: (name) => serving(name)?.instance?.container?.id,
  })
  const world = {
    config,
    engine,
    vm,
    images,
    handleChaincodeStream: parts.handleChaincodeStream,
    refused: (error: Error) => logs.append({ at: now(), source: 'peer', text: error.message }),
    starts: new Map<string, number>(),
  }
  /** Chaincode → the images of its newest good builds. */
  const keptImages = new Map<string, string[]>()

  if (tidied.wasUsed()) inBackground(engine(closing.signal))

  const closeAll = async () => {
    shells.closeAll()
    images.close()
    const late = setTimeout(() => closing.abort(), CLOSE_GRACE_MS)
    await Promise.all(background)
    clearTimeout(late)
    await vm.close()
    await tidied.tidyAtClose()
  }
  let closed: Promise<void> | undefined
  return {
    shells,
    launchable: (project, built, organisation, debug) =>
      containerLaunchable(world, project, built, organisation, debug),
    serves(project, built) {
      const image = imageOf(config, project, built)
      const before = (keptImages.get(project.name) ?? []).filter((kept) => kept !== image)
      const keep = [image, ...before].slice(0, KEPT)
      keptImages.set(project.name, keep)
      inBackground(images.removeOldImages(project.name, keep, closing.signal))
    },
    close: () => (closed ??= closeAll()),
  }
}
