import { buildImage } from './build-image.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import type { DockerEngine, ImageFacts } from './engine.ts'
import { isRefusal, unlessMissing, type Asked } from './engine-errors.ts'
import { labelFilters } from './engine-event.ts'
import { pullLines, readProgress } from './image-progress.ts'

type Images = Pick<DockerEngine, 'inspectImage' | 'listImages' | 'removeImage' | 'pullImage' | 'buildImage'>

/** The part of `GET /images/{name}/json` that is read. */
interface InspectedImage {
  Id: string
  RepoTags?: string[] | null
  Config?: { Labels?: Record<string, string> | null } | null
  Created?: string
  Os?: string
  Architecture?: string
  Size?: number
}

/** For large images on a busy disk. */
const REMOVAL_DEADLINE_MS = 180_000

export function images(requests: EngineRequests): Images {
  async function inspectImage(image: string, signal?: AbortSignal): Promise<ImageFacts | undefined> {
    const path = `/images/${inPath(image)}/json`
    const inspected = await unlessMissing(
      requests.json<InspectedImage>({ method: 'GET', path }, { doing: `looking at the image ${image}`, image }, signal),
    )
    return inspected && imageFacts(inspected)
  }

  return {
    inspectImage,
    async listImages(labels, { dangling } = {}, signal) {
      const filters = { label: labelFilters(labels), dangling: dangling === true ? ['true'] : undefined }
      const listed = await requests.json<{ Id: string }[]>(
        { method: 'GET', path: '/images/json', query: { filters } },
        { doing: 'listing images' },
        signal,
      )
      const inspected = await Promise.all(listed.map(({ Id }) => inspectImage(Id, signal)))
      return inspected.filter((image) => image !== undefined)
    },
    async removeImage(image, signal) {
      const path = `/images/${inPath(image)}`
      try {
        await requests.json(
          { method: 'DELETE', path, deadlineMs: REMOVAL_DEADLINE_MS },
          { doing: `removing the image ${image}` },
          signal,
        )
        return true
      } catch (error) {
        // 409: a container or another image needs it.
        if (isRefusal(error, 404, 409)) return false
        throw error
      }
    },
    async pullImage(image, onLine, signal) {
      const asked: Asked = { doing: `pulling the image ${image}`, image }
      const { name, tag } = imageReference(image)
      const query = { fromImage: name, tag }
      const answer = await requests.stream(
        { method: 'POST', path: '/images/create', query, deadlineMs: Infinity },
        asked,
        signal,
      )
      await readProgress(requests, answer, { asked, onProgress: pullLines(onLine), signal })
    },
    buildImage: (build, output, signal) => buildImage(requests, inspectImage, build, output, signal),
  }
}

/** `registry:5000/a/b:tag` or `a/b@sha256:…`; without a tag the API would pull all of them. */
function imageReference(image: string): { name: string; tag?: string } {
  if (image.includes('@')) return { name: image }
  const colon = image.lastIndexOf(':')
  if (colon <= image.lastIndexOf('/')) return { name: image, tag: 'latest' }
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) }
}

function imageFacts(image: InspectedImage): ImageFacts {
  return {
    id: image.Id,
    names: (image.RepoTags ?? []).filter((name) => name !== '<none>:<none>'),
    labels: image.Config?.Labels ?? {},
    createdAt: Date.parse(image.Created ?? '') || 0,
    os: image.Os ?? '',
    arch: image.Architecture ?? '',
    size: image.Size ?? 0,
  }
}

/** An image's name in a path: its slashes stay. */
function inPath(image: string): string {
  return image.split('/').map(encodeURIComponent).join('/')
}
