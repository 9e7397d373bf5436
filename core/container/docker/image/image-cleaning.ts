import { removeDangling } from '../dangling-images.ts'
import type { DockerEngine, ImageFacts, Labels } from '../engine/engine.ts'
import { DEPENDENCIES } from './chaincode-image.ts'

/**
 * Remove the remains of a chaincode's failed or aborted builds: layers without a name, and build containers. Don't call
 * it during a build. Never rejects: the build's own failure is the error to report, and the peer's next start looks
 * again.
 */
export async function removeHalfMade(engine: DockerEngine, labels: Labels, signal?: AbortSignal): Promise<void> {
  try {
    const containers = await Promise.all(
      ['build', 'dependencies'].map((role) => engine.listContainers({ ...labels, 'slipway.role': role }, signal)),
    )
    await Promise.all(containers.flat().map(({ id }) => engine.removeContainer(id)))
    await removeDangling(engine, labels, signal)
  } catch {
    // The engine is away, or the signal ended the search.
  }
}

/**
 * Remove a chaincode's images, except those named and those in use, and the dependencies that none of the remaining
 * ones was built with. The newest dependencies stay: a failed build has made them for the next one.
 * @throws PeerError DOCKER_*; the signal's reason
 */
export async function removeOldImages(
  engine: DockerEngine,
  labels: Labels,
  keep: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const kept = new Set(keep.map(withTag))
  const images = await engine.listImages(labels, {}, signal)
  const ofRole = (role: string) => images.filter((image) => image.labels['slipway.role'] === role)
  const remaining: ImageFacts[] = []
  for (const image of ofRole('chaincode')) {
    const isKept = image.names.some((name) => kept.has(withTag(name)))
    if (isKept || !(await remove(engine, image, signal))) remaining.push(image)
  }
  const used = new Set(remaining.map((image) => withTag(image.labels[DEPENDENCIES] ?? '')))
  const [, ...older] = ofRole('dependencies')
    .filter(({ names }) => names.length > 0)
    .toSorted((a, b) => b.createdAt - a.createdAt)
  for (const image of older) {
    if (!image.names.some((name) => used.has(withTag(name)))) await remove(engine, image, signal)
  }
  await removeDangling(engine, labels, signal)
}

/** By name, so that an image shared with somebody else only loses our name. */
async function remove(engine: DockerEngine, { id, names }: ImageFacts, signal?: AbortSignal): Promise<boolean> {
  const outcomes = await Promise.all(
    (names.length === 0 ? [id] : names).map((name) => engine.removeImage(name, signal)),
  )
  return outcomes.every(Boolean)
}

function withTag(image: string): string {
  return image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`
}
