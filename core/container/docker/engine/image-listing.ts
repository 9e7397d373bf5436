import type { JsonRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { isRefusal, unlessMissing } from './engine-errors.ts'
import type { DockerEngine, ImageFacts } from './engine.ts'
import { labelFilters } from './engine-event.ts'
import { imagePath, removeImage } from './image-removal.ts'

/** The part of `GET /images/{name}/json` that is read. */
interface InspectedImage {
  Id: string
  RepoTags?: string[] | null
  Config?: { Labels?: Record<string, string> | null; Cmd?: string[] | null } | null
  Created?: string
  Os?: string
  Architecture?: string
  Size?: number
}

/** More than anybody removes images in a row. */
const ATTEMPTS = 20

/** Finds and removes images. */
export function imageListing(
  requests: JsonRequests,
  { dialect }: { dialect(signal?: AbortSignal): Promise<EngineDialect> },
): Pick<DockerEngine, 'inspectImage' | 'listImages' | 'removeImage'> {
  async function inspectImage(image: string, signal?: AbortSignal): Promise<ImageFacts | undefined> {
    const path = `${imagePath(image)}/json`
    const asked = { doing: `looking at the image ${image}`, image }
    const inspected = await unlessMissing(
      despiteRemovals(() => requests.json<InspectedImage>({ method: 'GET', path }, asked, signal)),
    )
    return inspected && imageFacts(inspected, await dialect(signal))
  }

  return {
    inspectImage,
    async listImages(labels, { dangling } = {}, signal) {
      // Podman 4.3 finds no image for two labels: the others are compared here.
      const filters = { label: labelFilters(labels).slice(0, 1), dangling: dangling === true ? ['true'] : undefined }
      const listed = await despiteRemovals(() =>
        requests.json<{ Id: string }[]>(
          { method: 'GET', path: '/images/json', query: { filters } },
          { doing: 'listing images' },
          signal,
        ),
      )
      const inspected = await Promise.all(listed.map(({ Id }) => inspectImage(Id, signal)))
      const wanted = Object.entries(labels)
      return inspected
        .filter((image) => image !== undefined)
        .filter((image) => wanted.every(([name, value]) => image.labels[name] === value))
    },
    removeImage: (image, signal) => removeImage(requests, { inspectImage, dialect }, image, signal),
  }
}

/** Podman fails at an image, and at a whole list, where somebody is removing what it reads. The next answer is whole. */
async function despiteRemovals<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      const isRemoval = isRefusal(error, 500) && /(?:image|layer) not known/.test(String(error))
      if (!isRemoval || attempt === ATTEMPTS) throw error
    }
  }
}

function imageFacts(image: InspectedImage, { imageName }: EngineDialect): ImageFacts {
  return {
    id: image.Id,
    names: (image.RepoTags ?? []).filter((name) => name !== '<none>:<none>').map(imageName),
    labels: image.Config?.Labels ?? {},
    command: image.Config?.Cmd ?? [],
    createdAt: Date.parse(image.Created ?? '') || 0,
    os: image.Os ?? '',
    arch: image.Architecture ?? '',
    size: image.Size ?? 0,
  }
}
