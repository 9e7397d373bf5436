import { setTimeout as sleep } from 'node:timers/promises'
import { pathOf, shortName } from './container-listing.ts'
import type { JsonRequests } from './dockerode-requests.ts'
import { isRefusal } from './engine-errors.ts'
import type { DockerEngine } from './engine.ts'

const REMOVAL_DEADLINE_MS = 120_000

/** By force; see DockerEngine.removeContainer. */
export async function removeContainer(
  requests: JsonRequests,
  { inspectContainer }: Pick<DockerEngine, 'inspectContainer'>,
  container: string,
): Promise<void> {
  const query = { force: true, v: true }
  try {
    await requests.json(
      { method: 'DELETE', path: pathOf(container), query, deadlineMs: REMOVAL_DEADLINE_MS },
      { doing: `removing the container ${shortName(container)}` },
    )
  } catch (error) {
    if (isRefusal(error, 404)) return
    // 409: another request is removing it.
    if (!isRefusal(error, 409)) throw error
    const until = performance.now() + REMOVAL_DEADLINE_MS
    while ((await inspectContainer(container)) !== undefined) {
      if (performance.now() > until) throw error
      await sleep(50)
    }
  }
}
