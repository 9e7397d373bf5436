import { readCause } from '../../../causes/causes.ts'
import { ownFiles } from '../../../causes/own-files.ts'
import { PeerError } from '../../../contract/error.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { endBuildContainer } from './end-build.ts'
import type { DockerEngine, ImageBuild } from './engine.ts'
import { DISK_FULL, EngineRefusal, refusal, type Asked } from './engine-errors.ts'
import { pullLines, readProgress, type Progress } from './image-progress.ts'

const LAST_LINES = 20

/** `docker build`; see DockerEngine. */
export async function buildImage(
  requests: EngineRequests,
  inspectImage: DockerEngine['inspectImage'],
  build: ImageBuild,
  output: (text: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const { image } = build
  const asked: Asked = { doing: `building the image ${image}` }
  let step = 'reading the Dockerfile'
  let base = image
  let stepContainer: string | undefined
  let id: string | undefined
  let tail = ''
  const print = (text: string) => {
    tail = (tail + text).slice(-16_384)
    output(text)
  }
  const onPull = pullLines((line) => print(`${line}\n`))
  const onProgress = (progress: Progress) => {
    const { stream, aux } = progress
    if (aux?.ID !== undefined) id = aux.ID
    onPull(progress)
    if (stream === undefined) return
    print(stream)
    // Podman writes STEP, without a space before the colon.
    step = /^(Step \d+\/\d+ ?: .+?)\s*$/i.exec(stream)?.[1] ?? step
    base = /^Step \d+\/\d+ ?: FROM (?:--\S+ )*(\S+)/i.exec(stream)?.[1] ?? base
    stepContainer = /^ ---> Running in ([0-9a-f]{12,64})\s*$/.exec(stream)?.[1] ?? stepContainer
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
    await readProgress(requests, answer, { asked, onProgress, toError: buildError, signal })
  } catch (error) {
    // The engine notices the broken connection, but the container of the step may take a moment to end.
    if (signal?.aborted === true) await endBuildContainer(requests, stepContainer)
    throw error instanceof PeerError && error.code === 'DOCKER_REFUSED' ? buildError(error.cause) : error
  }
  const built = id ?? (await inspectImage(image, signal))?.id
  if (built === undefined) throw buildFailed('The engine did not report an image.', undefined)
  return built

  /** A refusal during the build may be about the base image, the disk, or the build itself. */
  function buildError(reported: unknown): PeerError {
    if (!(reported instanceof EngineRefusal)) return buildFailed(String(reported), reported)
    // The text of a command may contain any words.
    const isAboutCommand = reported.message.startsWith('The command ')
    const error = refusal(reported, isAboutCommand ? asked : { ...asked, image: base })
    if (error.code !== 'DOCKER_REFUSED') return error
    // The engine reports only the exit code; the output shows why the command failed.
    const diskFull = lastLines().find((line) => DISK_FULL.test(line))
    if (diskFull === undefined) return buildFailed(reported.message, reported)
    return new PeerError('DOCKER_DISK_FULL', { doing: asked.doing, message: diskFull }, { cause: reported })
  }

  function buildFailed(message: string, cause: unknown): PeerError {
    return new PeerError(
      'IMAGE_BUILD_FAILED',
      { image, step, message, ...readCause(lastLines(), ownFiles()) },
      { cause },
    )
  }

  function lastLines(): string[] {
    const lines = tail.split('\n').map((line) => line.replace(/\r$/, ''))
    return lines.filter((line) => line.trim() !== '').slice(-LAST_LINES)
  }
}
