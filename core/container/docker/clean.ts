import { PeerError } from '../../contract/error.ts'
import { openEngine } from './engine/docker-engine.ts'
import type { ContainerFacts, DockerEngine } from './engine/engine.ts'
import { findEngine } from './engine/find-engine.ts'
import type { Role } from './labels.ts'
import { removeEverything } from './leftovers.ts'
import { peerLabel } from './names.ts'

/** What to remove: everything of one data folder, or everything that no running Slipway needs. */
export type Cleaning = ({ dataDir: string } | { all: true }) & {
  /** `vm.endpoint`. */
  endpoint?: string | undefined
}

export interface Cleaned {
  /** Names. */
  containers: string[]
  /** Names; ids of those without a name. */
  images: string[]
  /** Process ids of the running Slipways whose containers and images were kept. */
  left: number[]
}

const ROLES: Role[] = ['chaincode', 'build', 'dependencies']

/**
 * Remove containers and images that Slipway made, and nothing else. A running Slipway keeps its own.
 * @throws PeerError STILL_RUNNING if the Slipway of this data folder runs; DOCKER_*, or the signal's reason
 */
export async function cleanDocker(cleaning: Cleaning, signal?: AbortSignal): Promise<Cleaned> {
  const { endpoint } = cleaning
  const { address, reach } = await findEngine({ endpoint }, signal)
  const engine = await openEngine(address, reach)
  try {
    return 'all' in cleaning ? await cleanAll(engine, signal) : await cleanOne(engine, cleaning.dataDir, signal)
  } finally {
    engine.close()
  }
}

async function cleanOne(engine: DockerEngine, dataDir: string, signal: AbortSignal | undefined): Promise<Cleaned> {
  const peer = peerLabel(dataDir)
  const { local } = await engine.facts(signal)
  const [pid] = runningPids(await engine.listContainers({ 'slipway.peer': peer }, signal), local)
  if (pid !== undefined) throw new PeerError('STILL_RUNNING', { dataDir, pid })
  return { ...(await removeEverything(engine, peer, signal)), left: [] }
}

async function cleanAll(engine: DockerEngine, signal: AbortSignal | undefined): Promise<Cleaned> {
  const { local } = await engine.facts(signal)
  const byRole = ROLES.map((role) => ({ 'slipway.role': role }))
  const containers = (await Promise.all(byRole.map((labels) => engine.listContainers(labels, signal)))).flat()
  const images = (await Promise.all(byRole.map((labels) => engine.listImages(labels, {}, signal)))).flat()
  const peers = new Set([...containers, ...images].flatMap(({ labels }) => labels['slipway.peer'] ?? []))
  const cleaned: Cleaned = { containers: [], images: [], left: [] }
  for (const peer of peers) {
    const pids = runningPids(
      containers.filter(({ labels }) => labels['slipway.peer'] === peer),
      local,
    )
    if (pids.length > 0) {
      cleaned.left.push(...pids)
      continue
    }
    const removed = await removeEverything(engine, peer, signal)
    cleaned.containers.push(...removed.containers)
    cleaned.images.push(...removed.images)
  }
  return cleaned
}

/**
 * The process ids of the running Slipways that own these containers. With an engine on another machine the process
 * can't be checked, so a running container counts.
 */
function runningPids(containers: ContainerFacts[], local: boolean): number[] {
  const pids = containers.flatMap(({ labels, state }) => {
    const pid = Number(labels['slipway.pid'])
    if (!Number.isInteger(pid) || pid < 1) return []
    return (local ? isAlive(pid) : state === 'running') ? [pid] : []
  })
  return [...new Set(pids)]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
