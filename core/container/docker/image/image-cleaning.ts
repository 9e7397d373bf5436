import { removeDangling } from '../dangling-images.ts'
import type { DockerEngine, ImageFacts, Labels } from '../engine/engine.ts'
import { DEPENDENCIES } from './chaincode-image.ts'

/**
 * Remove what builds of a chaincode that failed or were aborted left half made: layers without a name, and containers
 * that they ran in. Not to be called while one is under way. Never rejects: what failed before is what is to be told,
 * and the next start of the peer looks again.
 */
export async function removeHalfMade(engine: DockerEngine, labels: Labels, signal?: AbortSignal): Promise<void> {
  try {
    const containers = await Promise.all(
      ['build', 'dependencies'].map((role) => engine.listContainers({ ...labels, 'slipway.role': role }, signal)),
    )
    await Promise.all(containers.flat().map(({ id }) => engine.removeContainer(id)))
    await removeDangling(engine, labels, signal)
  } catch {
    // The engine is away, or nobody looks any more.
  }
}

/**
 * Remove the images of a chaincode but those named and those in use, and the dependencies that none of the rest was
 * built with. The newest dependencies stay: a build that failed has made them for the next one.
 * @throws PeerError DOCKER_*; the signal's reason
 */
export async function removeOldImages(
  engine: DockerEngine,
  labels: Labels,
  keep: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const wanted = new Set(keep.map(withTag))
  const images = await engine.listImages(labels, {}, signal)
  const ofRole = (role: string) => images.filter(({ labels: own }) => own['slipway.role'] === role)
  const staying: ImageFacts[] = []
  for (const image of ofRole('chaincode')) {
    const isWanted = image.names.some((name) => wanted.has(withTag(name)))
    if (isWanted || !(await remove(engine, image, signal))) staying.push(image)
  }
  const used = new Set(staying.map(({ labels: own }) => withTag(own[DEPENDENCIES] ?? '')))
  const [, ...older] = ofRole('dependencies')
    .filter(({ names }) => names.length > 0)
    .toSorted((a, b) => b.createdAt - a.createdAt)
  for (const image of older) {
    if (!image.names.some((name) => used.has(withTag(name)))) await remove(engine, image, signal)
  }
  await removeDangling(engine, labels, signal)
}

/** By its names, so that one that another has too only loses ours. */
async function remove(engine: DockerEngine, { id, names }: ImageFacts, signal?: AbortSignal): Promise<boolean> {
  const gone = await Promise.all((names.length === 0 ? [id] : names).map((name) => engine.removeImage(name, signal)))
  return gone.every(Boolean)
}

function withTag(image: string): string {
  return image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`
}
