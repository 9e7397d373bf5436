import { setTimeout as sleep } from 'node:timers/promises'
import { findEngine } from './engine/find-engine.ts'
import { openToTidy, type TidyingEngine } from './engine/tidying-engine.ts'
import { ownLabels } from './labels.ts'
import { removeDangling } from './dangling-images.ts'
import { removeContainers } from './leftovers.ts'
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
 * layer of a build's step. No request tells. So it looks until nothing has turned up for this long, counted from the
 * look that found the last of it.
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
    let quietSince = performance.now()
    for (;;) {
      const lookedAt = performance.now()
      if (await removesWhatIsLeft(engine, found.facts.local, killed, signal)) quietSince = lookedAt
      else if (lookedAt - quietSince >= QUIET_MS) return
      const at = performance.now()
      if (at > until) return
      await sleep(Math.min(INTERVAL_MS, Math.max(0, quietSince + QUIET_MS - at)), undefined, { signal })
    }
  } finally {
    engine.close()
  }
}

/** Whether there was anything. */
async function removesWhatIsLeft(
  engine: TidyingEngine,
  local: boolean,
  { pid, dataDir, succeeded }: Killed,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const peer = peerLabel(dataDir)
  const labels = ownLabels(peer)
  const listed = await engine.listContainers(labels, signal)
  const pids = runningPids(listed, local)
  // A successor has tidied up for itself, and what is half made now is its own.
  const isSucceeded = pids.some((other) => other !== pid) || (await succeeded())
  // Of what is listed: by the time that they are removed, a successor may have made others.
  const left = isSucceeded ? listed.filter((container) => container.labels['slipway.pid'] === String(pid)) : listed
  const containers = await removeContainers(engine, peer, left)
  const images = isSucceeded ? [] : await removeDangling(engine, labels, signal)
  return containers.length + images.length > 0
}
