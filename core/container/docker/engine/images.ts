import { DISK_FULL, engineError, EngineRefusal, refusal, type Asked } from './engine-errors.ts'
import { PeerError } from '../../../contract/error.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { readAll } from './read-answer.ts'
import type { DockerEngine, ImageBuild, ImageFacts } from './engine.ts'
import { labelFilters } from './engine-event.ts'
import { endBuildContainer } from './end-build.ts'
import { jsonLines } from './json-lines.ts'

type Images = Pick<DockerEngine, 'inspectImage' | 'listImages' | 'removeImage' | 'pullImage' | 'buildImage'>

/** Of `GET /images/{name}/json`. */
interface InspectedImage {
  Id: string
  RepoTags?: string[] | null
  Config?: { Labels?: Record<string, string> | null } | null
  Created?: string
  Os?: string
  Architecture?: string
  Size?: number
}

/** One line of a build's or a pull's progress. */
interface Progress {
  stream?: string
  status?: string
  id?: string
  progress?: string
  error?: string
  errorDetail?: { message?: string; code?: number }
  aux?: { ID?: string }
}

const LAST_LINES = 20
/** Of large images, on a busy disk. */
const REMOVAL_DEADLINE_MS = 180_000

export function images(requests: EngineRequests): Images {
  async function inspectImage(image: string, signal?: AbortSignal): Promise<ImageFacts | undefined> {
    const path = `/images/${inPath(image)}/json`
    const found = await unlessMissing(
      requests.json<InspectedImage>({ method: 'GET', path }, { doing: `looking at the image ${image}`, image }, signal),
    )
    return found === undefined ? undefined : imageFacts(found)
  }

  return {
    inspectImage,
    async listImages(labels, { dangling } = {}, signal) {
      const filters = { label: labelFilters(labels), ...(dangling === true ? { dangling: ['true'] } : {}) }
      const found = await requests.json<{ Id: string }[]>(
        { method: 'GET', path: '/images/json', query: { filters } },
        { doing: 'listing images' },
        signal,
      )
      const all = await Promise.all(found.map(({ Id }) => inspectImage(Id, signal)))
      return all.filter((image) => image !== undefined)
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
        // 409: a container or another image stands on it.
        if (isRefusal(error, 404, 409)) return false
        throw error
      }
    },
    async pullImage(image, progress, signal) {
      const asked: Asked = { doing: `pulling the image ${image}`, image }
      const { name, tag } = imageReference(image)
      const query = { fromImage: name, tag }
      const answer = await requests.stream(
        { method: 'POST', path: '/images/create', query, deadlineMs: Infinity },
        asked,
        signal,
      )
      const told = pullLines(progress)
      await readProgress(requests, asked, answer, told, signal)
    },
    buildImage: (build, output, signal) => buildImage(requests, inspectImage, build, output, signal),
  }
}

async function buildImage(
  requests: EngineRequests,
  inspectImage: Images['inspectImage'],
  build: ImageBuild,
  output: (text: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const { image } = build
  const asked: Asked = { doing: `building the image ${image}` }
  let step = 'reading the Dockerfile'
  let from = image
  let running: string | undefined
  let id: string | undefined
  let tail = ''
  const pulling = pullLines((line) => print(`${line}\n`))
  const print = (text: string) => {
    tail = (tail + text).slice(-16_384)
    output(text)
  }
  const heard = (progress: Progress) => {
    const { stream, aux } = progress
    if (aux?.ID !== undefined) id = aux.ID
    pulling(progress)
    if (stream === undefined) return
    print(stream)
    // Podman writes STEP, and no space before the colon.
    step = /^(Step \d+\/\d+ ?: .+?)\s*$/i.exec(stream)?.[1] ?? step
    from = /^Step \d+\/\d+ ?: FROM (?:--\S+ )*(\S+)/i.exec(stream)?.[1] ?? from
    running = /^ ---> Running in ([0-9a-f]{12,64})\s*$/.exec(stream)?.[1] ?? running
  }
  try {
    const query = {
      t: image,
      labels: build.labels,
      rm: true,
      forcerm: true,
      networkmode: build.networkMode,
      pull: build.pull === true ? true : undefined,
      buildargs: build.buildArgs,
    }
    const request = { method: 'POST', path: '/build', query, file: build.context, deadlineMs: Infinity } as const
    const answer = await requests.stream(request, { ...asked, image }, signal)
    await readProgress(requests, asked, answer, heard, signal, (said) => buildError(said, from))
  } catch (error) {
    // The engine has noticed that nobody listens any more; its container may take a moment.
    if (signal?.aborted === true) await endBuildContainer(requests, running)
    throw error instanceof PeerError && error.code === 'DOCKER_REFUSED' ? buildError(error.cause, from) : error
  }
  const built = id ?? (await inspectImage(image, signal))?.id
  if (built === undefined) throw failed('The engine said nothing of what it made.', undefined)
  return built

  /** What was refused while it built: the base image, the disk, or the build itself. */
  function buildError(said: unknown, base: string): PeerError {
    if (!(said instanceof EngineRefusal)) return failed(String(said), said)
    // A command's own text may hold any words.
    const ofCommand = said.message.startsWith('The command ')
    const known = refusal(said, ofCommand ? asked : { ...asked, image: base })
    if (known.code !== 'DOCKER_REFUSED') return known
    // The engine tells the exit code alone; what the command met is in what it printed.
    const full = lastLines().find((line) => DISK_FULL.test(line))
    if (full === undefined) return failed(said.message, said)
    return new PeerError('DOCKER_DISK_FULL', { doing: asked.doing, message: full }, { cause: said })
  }

  function failed(message: string, cause: unknown): PeerError {
    return new PeerError('IMAGE_BUILD_FAILED', { image, step, message, lastLines: lastLines() }, { cause })
  }

  function lastLines(): string[] {
    const lines = tail.split('\n').map((line) => line.replace(/\r$/, ''))
    return lines.filter((line) => line.trim() !== '').slice(-LAST_LINES)
  }
}

/**
 * Read a progress stream to its end. An engine that answered 200 says in its last lines that it failed.
 * @throws what `fail` makes of that; DOCKER_LOST where the connection broke; the signal's reason
 */
async function readProgress(
  requests: EngineRequests,
  asked: Asked,
  answer: Parameters<typeof readAll>[0],
  heard: (progress: Progress) => void,
  signal: AbortSignal | undefined,
  fail: (said: EngineRefusal) => PeerError = (said) => refusal(said, asked),
): Promise<void> {
  let said: EngineRefusal | undefined
  const read = jsonLines((value) => {
    const progress = value as Progress
    const message = progress.errorDetail?.message ?? progress.error
    if (message !== undefined) said = new EngineRefusal(progress.errorDetail?.code ?? 500, message.trim())
    heard(progress)
  })
  try {
    await readAll(answer, read)
  } catch (error) {
    signal?.throwIfAborted()
    // It may have said why before it went away.
    if (said === undefined) throw engineError(error, requests.address, asked)
  }
  signal?.throwIfAborted()
  if (said !== undefined) throw fail(said)
}

/** A line for each change of a layer: `4f4fb700ef54: Downloading`, not one for each of its percents. */
function pullLines(told: (line: string) => void): (progress: Progress) => void {
  const last = new Map<string, string>()
  return ({ status, id = '' }) => {
    if (status === undefined || last.get(id) === status) return
    last.set(id, status)
    told(id === '' ? status : `${id}: ${status}`)
  }
}

/** `registry:5000/a/b:tag` or `a/b@sha256:…`; without a tag the API would pull them all. */
function imageReference(image: string): { name: string; tag?: string } {
  if (image.includes('@')) return { name: image }
  const colon = image.lastIndexOf(':')
  if (colon <= image.lastIndexOf('/')) return { name: image, tag: 'latest' }
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) }
}

function imageFacts(found: InspectedImage): ImageFacts {
  return {
    id: found.Id,
    names: (found.RepoTags ?? []).filter((name) => name !== '<none>:<none>'),
    labels: found.Config?.Labels ?? {},
    createdAt: Date.parse(found.Created ?? '') || 0,
    os: found.Os ?? '',
    arch: found.Architecture ?? '',
    size: found.Size ?? 0,
  }
}

/** An image's name in a path: its slashes stay. */
function inPath(image: string): string {
  return image.split('/').map(encodeURIComponent).join('/')
}

/** Not there is an answer, not an error. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isRefusal(error, 404)) return undefined
    throw error
  }
}

/** Whether the engine refused with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: number[]): boolean {
  const cause = error instanceof PeerError ? error.cause : undefined
  return cause instanceof EngineRefusal && statuses.includes(cause.status)
}
