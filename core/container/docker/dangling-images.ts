import type { DockerEngine, Labels } from './engine/engine.ts'

/**
 * Remove the images with these labels that have no name and that nothing uses: what an aborted build leaves. Returns
 * their ids.
 * @throws PeerError DOCKER_*; the signal's reason
 */
export async function removeDangling(engine: DockerEngine, labels: Labels, signal?: AbortSignal): Promise<string[]> {
  const removed: string[] = []
  // One may be the parent of another, which has to go first.
  for (let found = true; found;) {
    const images = await engine.listImages(labels, { dangling: true }, signal)
    const gone = await Promise.all(images.map(({ id }) => engine.removeImage(id, signal)))
    const now = images.filter((_, at) => gone[at] === true).map(({ id }) => id)
    removed.push(...now)
    found = now.length > 0
  }
  return removed
}
