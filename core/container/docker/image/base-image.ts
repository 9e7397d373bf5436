import { PeerError } from '../../../contract/error.ts'
import type { DockerEngine, ImageFacts } from '../engine/engine.ts'

/** An image of half a gigabyte comes slowly over some lines; but nobody waits for ever. */
const PULL_MS = 3_600_000

/** How base images are had. */
export interface BaseImages {
  engine: DockerEngine
  /** `chaincode.pull`: ask for a newer one also where there is one. */
  pull: boolean
  say(line: string): void
  signal: AbortSignal
  /** Pulling has a deadline of its own. */
  untimed<T>(work: () => Promise<T>): Promise<T>
}

/**
 * A base image, pulled where it is missing.
 * @throws PeerError IMAGE_NOT_FOUND, REGISTRY_UNREACHABLE, DOCKER_*; the signal's reason
 */
export async function baseImage(image: string, bases: BaseImages, note: (words: string) => void): Promise<ImageFacts> {
  const { engine, signal } = bases
  const there = await engine.inspectImage(image, signal)
  if (there !== undefined && !bases.pull) return there
  note(`pulling ${image}`)
  try {
    await bases.untimed(() => pull(image, bases))
  } catch (error) {
    const { code, message } = PeerError.from(error)
    // Without a network the one that is there must do.
    if (there === undefined || (code !== 'REGISTRY_UNREACHABLE' && code !== 'IMAGE_NOT_FOUND')) throw error
    bases.say(`${message} The one that is here is taken.`)
    return there
  }
  const pulled = await engine.inspectImage(image, signal)
  if (pulled === undefined) throw new PeerError('IMAGE_NOT_FOUND', { image, message: 'It was removed again at once.' })
  return pulled
}

async function pull(image: string, { engine, say, signal }: BaseImages): Promise<void> {
  say(`Pulling ${image}`)
  const overdue = new AbortController()
  const timer = setTimeout(() => {
    const message = `It did not come within ${PULL_MS / 60_000} minutes.`
    overdue.abort(new PeerError('REGISTRY_UNREACHABLE', { image, message }))
  }, PULL_MS)
  try {
    await engine.pullImage(image, say, AbortSignal.any([signal, overdue.signal]))
  } finally {
    clearTimeout(timer)
  }
}
