import { PeerError } from '../../contract/error.ts'
import { removeDangling } from './dangling-images.ts'
import type { ContainerFacts, DockerEngine, ImageFacts } from './engine/engine.ts'
import { isOwnContainer, ownLabels } from './labels.ts'

/** What an earlier Slipway of the same data folder left on the engine, and is gone now. */
export interface Leftovers {
  containers: Pick<ContainerFacts, 'name' | 'state'>[]
  /** Ids of half-made images. */
  images: string[]
}

/**
 * Remove what a Slipway of this data folder left behind when it was killed: all its containers, and images that were
 * never finished. To be done before anything new is made: until then whatever was made with this label is a leftover. A
 * container that still runs cannot be adopted, since its stream has ended with that Slipway. Finished images stay, for
 * the next start.
 * @throws PeerError DOCKER_*, or the signal's reason
 */
export async function removeLeftovers(engine: DockerEngine, peer: string, signal?: AbortSignal): Promise<Leftovers> {
  const listed = await engine.listContainers(ownLabels(peer), signal)
  const containers = listed.filter((container) => isOwnContainer(container, peer))
  await removeAll(containers, (container) => engine.removeContainer(container.id))
  const images = await removeDangling(engine, ownLabels(peer), signal)
  return { containers: containers.map(({ name, state }) => ({ name, state })), images }
}

/** What there is of this peer on the engine, finished or not: for `slipway clean`. Returns what was removed. */
export async function removeEverything(
  engine: DockerEngine,
  peer: string,
  signal?: AbortSignal,
): Promise<{ containers: string[]; images: string[] }> {
  const { containers, images } = await removeLeftovers(engine, peer, signal)
  const named = await engine.listImages(ownLabels(peer), {}, signal)
  // Newest first: what is built on another goes before it.
  const ordered = named.toSorted((a, b) => b.createdAt - a.createdAt)
  const gone: ImageFacts[] = []
  for (const image of ordered) {
    // By its names, so that one that has several goes altogether.
    const names = image.names.length === 0 ? [image.id] : image.names
    const removed = await Promise.all(names.map((name) => engine.removeImage(name, signal)))
    if (removed.every(Boolean)) gone.push(image)
  }
  const late = await removeDangling(engine, ownLabels(peer), signal)
  return {
    containers: containers.map(({ name }) => name),
    images: [...gone.flatMap(({ names, id }) => (names.length === 0 ? [id] : names)), ...images, ...late],
  }
}

/** All are tried, whatever becomes of one; the first error is thrown then. */
async function removeAll<T>(things: T[], remove: (thing: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(things.map(remove))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw PeerError.from(failed.reason)
}
