import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineRequests } from './dockerode-requests.ts'

const DEADLINE_MS = 10_000
const INTERVAL_MS = 50

/**
 * Wait until the container of an aborted build's step is gone. The engine ends it, but not at once, and it works on
 * until then. If it doesn't end, it is removed. Never rejects: the abort is the error to report.
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
    // It is gone, or the engine is, and nothing can be done.
  }
}
