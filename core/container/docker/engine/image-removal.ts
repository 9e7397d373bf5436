import type { JsonRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { isMissing, isRefusal } from './engine-errors.ts'
import type { ImageFacts } from './engine.ts'

/** What else it must know of the engine. */
interface Removing {
  inspectImage(image: string, signal?: AbortSignal): Promise<ImageFacts | undefined>
  dialect(signal?: AbortSignal): Promise<EngineDialect>
}

/** For large images on a busy disk. */
const DEADLINE_MS = 180_000

/** Resolves with whether it was removed; see DockerEngine. */
export async function removeImage(
  requests: JsonRequests,
  engine: Removing,
  image: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const request = { method: 'DELETE', path: imagePath(image), deadlineMs: DEADLINE_MS } as const
  const remove = async (force: boolean) => {
    try {
      await requests.json(
        { ...request, query: force ? { force } : {} },
        { doing: `removing the image ${image}` },
        signal,
      )
      return true
    } catch (error) {
      // 409: a container or another image needs it.
      if (isMissing(error) || isRefusal(error, 409)) return false
      throw error
    }
  }
  return (await remove(false)) || ((await isHeldByAbortedBuild(requests, engine, image, signal)) && remove(true))
}

/** An image's name in a path: its slashes stay. */
export function imagePath(image: string): string {
  return `/images/${image.split('/').map(encodeURIComponent).join('/')}`
}

/**
 * Whether nothing that the engine lists uses an image without a name: then what holds it is a container that an aborted
 * build left behind, and that only a removal by force ends.
 */
async function isHeldByAbortedBuild(
  requests: JsonRequests,
  { inspectImage, dialect }: Removing,
  image: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!(await dialect(signal)).hidesBuildContainers) return false
  const facts = await inspectImage(image, signal)
  if (facts === undefined || facts.names.length > 0) return false
  const containers = await requests.json<{ ImageID?: string }[]>(
    { method: 'GET', path: '/containers/json', query: { all: true } },
    { doing: 'listing containers' },
    signal,
  )
  return !containers.some(({ ImageID: id = '' }) => hex(id) === hex(facts.id))
}

/** Podman writes an id with and without `sha256:`. */
function hex(id: string): string {
  return id.replace(/^sha256:/, '')
}
