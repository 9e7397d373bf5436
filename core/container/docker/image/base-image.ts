import { PeerError } from '../../../contract/error.ts'
import type { DockerEngine, ImageFacts } from '../engine/engine.ts'

/** Half a gigabyte takes a while over some connections, but nobody waits forever. */
const PULL_MS = 3_600_000

/** How to get base images. */
export interface BaseImages {
  engine: DockerEngine
  /** `chaincode.pull`: ask for a newer one even if one exists. */
  pull: boolean
  announce(line: string): void
  signal: AbortSignal
  /** Pulling has its own deadline. */
  untimed<T>(work: () => Promise<T>): Promise<T>
}

/**
 * A base image, pulled if it is missing.
 * @throws PeerError IMAGE_NOT_FOUND, REGISTRY_UNREACHABLE, DOCKER_*; the signal's reason
 */
export async function baseImage(image: string, bases: BaseImages, note: (words: string) => void): Promise<ImageFacts> {
  const { engine, signal } = bases
  const existing = await engine.inspectImage(image, signal)
  if (existing !== undefined && !bases.pull) return existing
  note(`pulling ${image}`)
  try {
    await bases.untimed(() => pull(image, bases))
  } catch (error) {
    const { code, message } = PeerError.from(error)
    // Without a network the existing one must do.
    if (existing === undefined || (code !== 'REGISTRY_UNREACHABLE' && code !== 'IMAGE_NOT_FOUND')) throw error
    bases.announce(`${message} Using the one that is here.`)
    return existing
  }
  const pulled = await engine.inspectImage(image, signal)
  if (pulled === undefined)
    throw new PeerError('IMAGE_NOT_FOUND', { image, message: 'It was removed right after the pull.' })
  return pulled
}

async function pull(image: string, { engine, announce, signal }: BaseImages): Promise<void> {
  announce(`Pulling ${image}`)
  const overdue = new AbortController()
  const timer = setTimeout(() => {
    const message = `It did not arrive within ${PULL_MS / 60_000} minutes.`
    overdue.abort(new PeerError('REGISTRY_UNREACHABLE', { image, message }))
  }, PULL_MS)
  try {
    await engine.pullImage(image, announce, AbortSignal.any([signal, overdue.signal]))
  } finally {
    clearTimeout(timer)
  }
}
