import type { Labels } from './engine/engine.ts'
import type { TidyingEngine } from './engine/tidying-engine.ts'

/**
 * Remove the images with these labels that have no name and are unused, as an aborted build leaves them. Returns their
 * ids.
 * @throws PeerError DOCKER_*; the signal's reason
 */
export async function removeDangling(engine: TidyingEngine, labels: Labels, signal?: AbortSignal): Promise<string[]> {
  const removed: string[] = []
  // An image may be the parent of another, which must be removed first: repeat while that makes progress.
  for (let isProgressing = true; isProgressing;) {
    const images = await engine.listImages(labels, { dangling: true }, signal)
    const outcomes = await Promise.all(images.map(({ id }) => engine.removeImage(id, signal)))
    const ids = images.filter((_, at) => outcomes[at] === true).map(({ id }) => id)
    removed.push(...ids)
    isProgressing = ids.length > 0
  }
  return removed
}
