import { setTimeout } from 'node:timers/promises'
import { PeerError } from '../../contract/error.ts'
import { openEngine } from './engine/docker-engine.ts'
import type { ContainerFacts, DockerEngine } from './engine/engine.ts'
import { findEngine } from './engine/find-engine.ts'
import { ownLabels, type Role } from './labels.ts'
import { removeContainers, removeEverything, removeLeftovers } from './leftovers.ts'
import { peerLabel } from './names.ts'

/**
 * What to remove: everything of one data folder; everything that no running Slipway needs; or what the Slipway of process
 * `after`, which was killed, left of a data folder that the next start can't use.
 */
export type Cleaning = ({ dataDir: string } | { all: true } | AfterCrash) & {
  /** `vm.endpoint`. */
  endpoint?: string | undefined
}

/** `succeeded`: whether another Slipway runs on this data folder by now. */
interface AfterCrash {
  dataDir: string
  after: number
  succeeded: () => Promise<boolean>
}

export interface Cleaned {
  /** Names. */
  containers: string[]
  /** Names; ids of those without a name. */
  images: string[]
  /** Process ids of the running Slipways whose containers and images were kept. */
  left: number[]
}

/** Between the looks for what a killed Slipway left. */
const PAUSES_MS = [0, 500, 1_000]

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
    if ('after' in cleaning) return await cleanAfter(engine, cleaning, signal)
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

/** Looks several times: what was under way on the engine when Slipway was killed may still appear. */
async function cleanAfter(
  engine: DockerEngine,
  { dataDir, after, succeeded }: AfterCrash,
  signal: AbortSignal | undefined,
): Promise<Cleaned> {
  const peer = peerLabel(dataDir)
  const { local } = await engine.facts(signal)
  const cleaned: Cleaned = { containers: [], images: [], left: [] }
  for (const pause of PAUSES_MS) {
    await setTimeout(pause, undefined, { signal })
    const pids = runningPids(await engine.listContainers(ownLabels(peer), signal), local)
    // A successor has tidied up for itself, and what is half made now is its own.
    const isSucceeded = pids.some((pid) => pid !== after) || (await succeeded())
    const found = isSucceeded
      ? await removeContainers(engine, { ...ownLabels(peer), 'slipway.pid': String(after) }, signal)
      : await removeLeftovers(engine, peer, signal)
    cleaned.containers.push(...found.containers.map(({ name }) => name))
    cleaned.images.push(...found.images)
  }
  return cleaned
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
