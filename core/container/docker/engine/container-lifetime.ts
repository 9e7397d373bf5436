import { setTimeout as sleep } from 'node:timers/promises'
import { PeerError } from '../../../contract/error.ts'
import { pathOf, shortName } from './container-listing.ts'
import { removeContainer } from './container-removal.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { engineError, EngineRefusal, isRefusal, unlessMissing } from './engine-errors.ts'
import type { DockerEngine } from './engine.ts'
import { readText } from './read-answer.ts'

type Lifetime = Pick<
  DockerEngine,
  'startContainer' | 'stopContainer' | 'killContainer' | 'removeContainer' | 'waitContainer'
>

/** The part of `POST /containers/{id}/wait` that is read. */
interface Waited {
  StatusCode: number
}

/** What a `stop` may take beyond the seconds it gives the container. */
const STOP_GRACE_MS = 30_000
/** How often to look whether a container has been started. */
const CREATED_MS = 100

/** What else it must know of containers, images and the engine. */
interface Inspection extends Pick<DockerEngine, 'inspectContainer' | 'inspectImage' | 'facts'> {
  dialect(signal?: AbortSignal): Promise<EngineDialect>
}

export function containerLifetime(requests: EngineRequests, engine: Inspection): Lifetime {
  const { inspectContainer } = engine
  return {
    async startContainer(container, signal) {
      try {
        await requests.json(
          { method: 'POST', path: `${pathOf(container)}/start` },
          { doing: `starting the container ${shortName(container)}`, container: shortName(container) },
          signal,
        )
      } catch (error) {
        throw (await wrongArchitecture(engine, container, error)) ?? error
      }
    },
    async stopContainer(container, seconds) {
      const deadlineMs = seconds * 1000 + STOP_GRACE_MS
      await unlessMissing(
        requests.json(
          { method: 'POST', path: `${pathOf(container)}/stop`, query: { t: seconds }, deadlineMs },
          { doing: `stopping the container ${shortName(container)}` },
        ),
      )
    },
    async killContainer(container) {
      try {
        await requests.json(
          { method: 'POST', path: `${pathOf(container)}/kill` },
          { doing: `killing the container ${shortName(container)}` },
        )
      } catch (error) {
        if (isRefusal(error, 404, 409)) return
        // Podman answers 500 for a container that doesn't run, which is the outcome asked for.
        const { state } = (isRefusal(error, 500) ? await inspectContainer(container) : undefined) ?? {}
        if (state !== 'exited' && state !== 'dead' && state !== 'created') throw error
      }
    },
    removeContainer: (container) => removeContainer(requests, engine, container),
    async waitContainer(container, signal) {
      const isExact = (await engine.dialect(signal)).waitIsExact
      return (isExact ? waitForExit : inexactWaitForExit)(requests, engine, container, signal)
    },
  }
}

/** Its exit code, once it has one. */
async function waitForExit(
  requests: EngineRequests,
  { inspectContainer }: Pick<DockerEngine, 'inspectContainer'>,
  container: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const asked = { doing: `waiting for the container ${shortName(container)}` }
  const wait = { method: 'POST', path: `${pathOf(container)}/wait`, deadlineMs: Infinity } as const
  const { state } = (await inspectContainer(container, signal)) ?? {}
  // The plain wait ends as soon as the container doesn't run, which is already so before its start.
  if (state !== 'created') return (await requests.json<Waited>(wait, asked, signal)).StatusCode
  const nextExit = await requests.stream({ ...wait, query: { condition: 'next-exit' } }, asked, signal)
  // The wait begins with its answer; a container that ended before that has no next exit.
  const { exitCode } = (await inspectContainer(container, signal)) ?? {}
  if (exitCode !== undefined) {
    nextExit.destroy()
    return exitCode
  }
  try {
    return (JSON.parse(await readText(nextExit)) as Waited).StatusCode
  } catch (error) {
    signal?.throwIfAborted()
    throw engineError(error, requests.address, asked)
  }
}

/**
 * The same where a wait also ends for a container that never ran or was removed, with 0 or -1, and where it may miss the
 * next exit of one that ends at once (Podman looks at a container's state every 250 ms).
 */
async function inexactWaitForExit(
  requests: EngineRequests,
  { inspectContainer }: Pick<DockerEngine, 'inspectContainer'>,
  container: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const asked = { doing: `waiting for the container ${shortName(container)}` }
  const wait = { method: 'POST', path: `${pathOf(container)}/wait`, deadlineMs: Infinity } as const
  while ((await inspectContainer(container, signal))?.state === 'created') await sleep(CREATED_MS)
  const { StatusCode: code } = await requests.json<Waited>(wait, asked, signal)
  return code > 0 ? code : (await inspectContainer(container, signal))?.exitCode
}

/** "exec format error" may be about a single program; the image shows whether all of it is for another architecture. */
async function wrongArchitecture(
  { inspectContainer, inspectImage, facts }: Inspection,
  name: string,
  error: unknown,
): Promise<PeerError | undefined> {
  if (!(error instanceof PeerError) || !(error.cause instanceof EngineRefusal)) return undefined
  if (!/exec format error/i.test(error.cause.message)) return undefined
  const container = await inspectContainer(name)
  const [image, engine] = [container && (await inspectImage(container.imageId)), await facts()]
  if (image === undefined || image.arch === engine.arch) return undefined
  const details = { name, image: container?.image ?? image.id, imageArch: image.arch, engineArch: engine.arch }
  return new PeerError('CONTAINER_ARCHITECTURE', details, { cause: error })
}
