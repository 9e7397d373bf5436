import { PeerError } from '../../contract/error.ts'
import { findEngine } from './engine/find-engine.ts'
import { openToTidy, type TidyingEngine } from './engine/tidying-engine.ts'
import type { Role } from './labels.ts'
import { removeEverything } from './leftovers.ts'
import { peerLabel } from './names.ts'
import { runningPids } from './running-pids.ts'

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
  const found = await findEngine({ endpoint }, signal)
  const { local } = found.facts
  const engine = await openToTidy(found)
  try {
    return 'all' in cleaning
      ? await cleanAll(engine, local, signal)
      : await cleanOne(engine, local, cleaning.dataDir, signal)
  } finally {
    engine.close()
  }
}

async function cleanOne(
  engine: TidyingEngine,
  local: boolean,
  dataDir: string,
  signal: AbortSignal | undefined,
): Promise<Cleaned> {
  const peer = peerLabel(dataDir)
  const [pid] = runningPids(await engine.listContainers({ 'slipway.peer': peer }, signal), local)
  if (pid !== undefined) throw new PeerError('STILL_RUNNING', { dataDir, pid })
  return { ...(await removeEverything(engine, peer, signal)), left: [] }
}

async function cleanAll(engine: TidyingEngine, local: boolean, signal: AbortSignal | undefined): Promise<Cleaned> {
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
