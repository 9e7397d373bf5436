import { PeerError } from '../../contract/error.ts'
import { removeDangling } from './dangling-images.ts'
import type { ContainerFacts, ImageFacts } from './engine/engine.ts'
import type { TidyingEngine } from './engine/tidying-engine.ts'
import { isOwnContainer, ownLabels } from './labels.ts'

/** What an earlier Slipway of the same data folder left on the engine, and was removed. */
export interface Leftovers {
  containers: Pick<ContainerFacts, 'name' | 'state'>[]
  /** Ids of half-made images. */
  images: string[]
}

/**
 * Remove what a killed Slipway of this data folder left behind: all its containers, and unfinished images. Call this
 * before anything new is made, while everything with this label is a leftover. A container that still runs can't be
 * adopted, because its stream ended with that Slipway. Finished images stay for the next start.
 * @throws PeerError DOCKER_*, or the signal's reason
 */
export async function removeLeftovers(engine: TidyingEngine, peer: string, signal?: AbortSignal): Promise<Leftovers> {
  const containers = await removeContainers(engine, peer, await engine.listContainers(ownLabels(peer), signal))
  const images = await removeDangling(engine, ownLabels(peer), signal)
  return { containers, images }
}

/** Remove those of these containers that this peer made. @throws PeerError DOCKER_* */
export async function removeContainers(
  engine: TidyingEngine,
  peer: string,
  listed: readonly ContainerFacts[],
): Promise<Leftovers['containers']> {
  const containers = listed.filter((container) => isOwnContainer(container, peer))
  await removeAll(containers, (container) => engine.removeContainer(container.id))
  return containers.map(({ name, state }) => ({ name, state }))
}

/** Remove everything of this peer, finished images included, for `slipway clean`. Returns what was removed. */
export async function removeEverything(
  engine: TidyingEngine,
  peer: string,
  signal?: AbortSignal,
): Promise<{ containers: string[]; images: string[] }> {
  const { containers, images } = await removeLeftovers(engine, peer, signal)
  const named = await engine.listImages(ownLabels(peer), {}, signal)
  // Newest first: an image goes before those it is built on.
  const ordered = named.toSorted((a, b) => b.createdAt - a.createdAt)
  const gone: ImageFacts[] = []
  for (const image of ordered) {
    // By name, so that an image with several names goes completely.
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

/** Tries all of them even if some fail, then throws the first error. */
async function removeAll<T>(items: T[], remove: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(remove))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw PeerError.from(failed.reason)
}
