import { setTimeout as sleep } from 'node:timers/promises'
import { findEngine } from './engine/find-engine.ts'
import { openToTidy, type TidyingEngine } from './engine/tidying-engine.ts'
import { ownLabels } from './labels.ts'
import { removeContainers, removeLeftovers, type Leftovers } from './leftovers.ts'
import { peerLabel } from './names.ts'
import { runningPids } from './running-pids.ts'

/** A Slipway that was killed. */
export interface Killed {
  pid: number
  dataDir: string
  /** `vm.endpoint`. */
  endpoint?: string | undefined
  /** Whether another Slipway runs on this data folder by now. */
  succeeded: () => Promise<boolean>
}

/**
 * What was under way on the engine when Slipway was killed may still appear: a container that was being created, the
 * layer of a build's step. No request tells. So it looks until nothing has turned up for this long.
 */
const QUIET_MS = 1_000
const INTERVAL_MS = 500
const MOST_MS = 15_000

/**
 * Remove what a killed Slipway left on its engine that the next start can't use. Containers are killed at once: nobody
 * waits for their last words.
 * @throws PeerError DOCKER_*; the signal's reason
 */
export async function cleanAfter(killed: Killed, signal?: AbortSignal): Promise<void> {
  const found = await findEngine({ endpoint: killed.endpoint }, signal)
  const engine = await openToTidy(found)
  try {
    const until = performance.now() + MOST_MS
    for (let quiet = 0; ; quiet += INTERVAL_MS) {
      const { containers, images } = await removeWhatIsLeft(engine, found.facts.local, killed, signal)
      if (containers.length + images.length > 0) quiet = 0
      if (quiet >= QUIET_MS || performance.now() > until) return
      await sleep(INTERVAL_MS, undefined, { signal })
    }
  } finally {
    engine.close()
  }
}

async function removeWhatIsLeft(
  engine: TidyingEngine,
  local: boolean,
  { pid, dataDir, succeeded }: Killed,
  signal: AbortSignal | undefined,
): Promise<Leftovers> {
  const labels = ownLabels(peerLabel(dataDir))
  const pids = runningPids(await engine.listContainers(labels, signal), local)
  // A successor has tidied up for itself, and what is half made now is its own.
  const isSucceeded = pids.some((other) => other !== pid) || (await succeeded())
  return isSucceeded
    ? removeContainers(engine, { ...labels, 'slipway.pid': String(pid) }, signal)
    : removeLeftovers(engine, peerLabel(dataDir), signal)
}
