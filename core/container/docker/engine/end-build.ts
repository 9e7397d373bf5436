import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineRequests } from './dockerode-requests.ts'

const DEADLINE_MS = 10_000
const INTERVAL_MS = 50

/**
 * Wait until the container of a build's step is gone after the build was aborted: the engine ends it by itself, but
 * not at once, and until then it works on. Where it does not, it is removed. Never rejects: the abort is what is told.
 */
export async function endBuildContainer(requests: EngineRequests, id: string | undefined): Promise<void> {
  if (id === undefined) return
  const asked = { doing: 'ending a build' }
  const path = `/containers/${id}`
  const until = performance.now() + DEADLINE_MS
  try {
    while (performance.now() < until) {
      await requests.json({ method: 'GET', path: `${path}/json` }, asked)
      await sleep(INTERVAL_MS)
    }
    await requests.json({ method: 'DELETE', path, query: { force: true, v: true } }, asked)
  } catch {
    // It is gone; or the engine is, and nothing can be done there.
  }
}
