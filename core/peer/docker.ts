import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { now } from '../facts/clock.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { DockerVM } from '../container/docker/docker-vm.ts'
import type { DockerEngine } from '../container/docker/engine/engine.ts'
import { newImageBuilder } from '../container/docker/image/image-builder.ts'
import { removeLeftovers } from '../container/docker/leftovers.ts'
import { peerLabel } from '../container/docker/names.ts'
import { newShells, type Shells } from '../container/docker/shells.ts'
import { containerLaunchable } from '../custodian/container-launch.ts'
import { imageOf } from '../custodian/container-spec.ts'
import type { Serving } from '../custodian/serving.ts'
import type { LogStore } from '../logs/log-store.ts'
import { logPrinted } from '../logs/printed-lines.ts'
import type { BuiltProject, Project } from '../project/project.ts'

/** What the Docker side of a peer is made of. */
export interface PeerDockerParts {
  config: PeerConfig
  /** The engine that is there now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  logs: LogStore
  /** What serves of a chaincode. */
  serving: (name: string) => Pick<Serving, 'instance' | 'containerChanged' | 'containerStats'> | undefined
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
}

/** The Docker side of a peer: images, containers, shells into them. No engine is asked for anything before net mode is. */
export interface PeerDocker {
  readonly shells: Shells
  /** What to start of a build in net mode. */
  launchable(project: Project, built: BuiltProject): Launchable
  /** This build serves: images of older ones are not needed any more. */
  serves(project: Project, built: BuiltProject): void
  /** Stop and remove every container; images stay for the next start. Never rejects. Idempotent. */
  close(): Promise<void>
}

/** How many images of a chaincode are kept: the one that serves, and the one before, so that an undone edit is there. */
const KEPT = 2
/** What is being removed when the peer closes has this long to be done. */
const CLOSE_GRACE_MS = 3_000
/** An engine that takes longer to say what is left hangs. */
const CLOSE_MS = 10_000

/** What a Slipway of this data folder that was killed left on the engine is removed in the background, if it used one. */
export function newPeerDocker(parts: PeerDockerParts): PeerDocker {
  const { config, logs, serving } = parts
  const peer = peerLabel(config.dataDir)
  // There as long as something of this peer may be on an engine, so that one who stays in dev mode never asks for any.
  const mark = join(config.dataDir, 'containers')
  const closing = new AbortController()
  const background = new Set<Promise<unknown>>()
  let tidied: Promise<void> | undefined

  const inBackground = (work: Promise<unknown>) => {
    // It is for order alone: whoever needs the engine next is told what is wrong with it.
    const quiet = work.catch(() => undefined).finally(() => background.delete(quiet))
    background.add(quiet)
  }

  const tidy = async (engine: DockerEngine) => {
    const { containers } = await removeLeftovers(engine, peer, closing.signal)
    if (containers.length === 0) return
    const names = containers.map(({ name }) => name).join(', ')
    logs.append({
      at: now(),
      source: 'peer',
      text: `Removed what an earlier Slipway left on the Docker engine: ${names}`,
    })
  }

  /** The engine, on which nothing of an earlier Slipway is any more. */
  const engine = async (signal?: AbortSignal) => {
    const found = await parts.engine(signal)
    tidied ??= writeFile(mark, '')
      .then(() => tidy(found))
      .catch((error: unknown) => {
        tidied = undefined
        throw error
      })
    await tidied
    return found
  }

  const print = logPrinted(logs)
  const images = newImageBuilder({ engine, config, print })
  const vm = new DockerVM({
    engine: parts.engine,
    config: config.vm.docker,
    print,
    changed: ({ project }, container) => serving(project.name)?.containerChanged(container),
    stats: ({ project }, id, stats) => serving(project.name)?.containerStats(id, stats),
  })
  const shells = newShells({
    engine: parts.engine,
    containerOf: (name) => serving(name)?.instance?.container?.id,
  })
  const world = {
    config,
    engine,
    vm,
    images,
    handleChaincodeStream: parts.handleChaincodeStream,
    refused: (error: Error) => logs.append({ at: now(), source: 'peer', text: error.message }),
  }
  /** Chaincode → its newest good images. */
  const good = new Map<string, string[]>()

  if (existsSync(mark)) inBackground(engine(closing.signal))

  let closed: Promise<void> | undefined
  return {
    shells,
    launchable: (project, built) => containerLaunchable(world, project, built),
    serves(project, built) {
      const image = imageOf(config, project, built)
      const before = (good.get(project.name) ?? []).filter((other) => other !== image)
      const keep = [image, ...before].slice(0, KEPT)
      good.set(project.name, keep)
      inBackground(images.removeOldImages(project.name, keep, closing.signal))
    },
    close() {
      closed ??= (async () => {
        shells.closeAll()
        images.close()
        const late = setTimeout(() => closing.abort(), CLOSE_GRACE_MS)
        await Promise.all(background)
        clearTimeout(late)
        await vm.close()
        if (tidied === undefined) return
        try {
          // Whatever could not be removed in its time.
          const signal = AbortSignal.timeout(CLOSE_MS)
          await removeLeftovers(await parts.engine(signal), peer, signal)
          await rm(mark, { force: true })
        } catch {
          // The engine is down: the mark stays, and the next start removes what is left.
          return
        }
      })()
      return closed
    },
  }
}
