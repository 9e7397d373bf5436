import { buildImage } from './build-image.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import type { Asked } from './engine-errors.ts'
import type { DockerEngine } from './engine.ts'
import { imageListing } from './image-listing.ts'
import { pullLines, readProgress } from './image-progress.ts'

type Images = Pick<
  DockerEngine,
  'inspectImage' | 'listImages' | 'removeImage' | 'pullImage' | 'buildImage' | 'endsBuilds' | 'commitContainer'
>

export function images(
  requests: EngineRequests,
  engine: { dialect(signal?: AbortSignal): Promise<EngineDialect> },
): Images {
  const listing = imageListing(requests, engine)
  return {
    ...listing,
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
    buildImage: (build, output, signal) => buildImage(requests, listing.inspectImage, build, output, signal),
    endsBuilds: async (signal) => !(await engine.dialect(signal)).hidesBuildContainers,
    async commitContainer(container, image, changes, signal) {
      const { name: repo, tag } = imageReference(image)
      const query = { container, repo, tag, pause: false, changes: changes.join('\n') }
      // Podman 4.3 refuses a body that is empty.
      const body = { Labels: {} }
      await requests.json(
        { method: 'POST', path: '/commit', query, body, deadlineMs: Infinity },
        { doing: `making the image ${image}` },
        signal,
      )
    },
  }
}

/** `registry:5000/a/b:tag` or `a/b@sha256:…`; without a tag the API would pull all of them. */
function imageReference(image: string): { name: string; tag?: string } {
  if (image.includes('@')) return { name: image }
  const colon = image.lastIndexOf(':')
  if (colon <= image.lastIndexOf('/')) return { name: image, tag: 'latest' }
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) }
}
