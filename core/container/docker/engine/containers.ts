import { setTimeout as sleep } from 'node:timers/promises'
import { PeerError } from '../../../contract/error.ts'
import { containerFacts, type InspectedContainer } from './container-facts.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { readText } from './read-answer.ts'
import { engineError, EngineRefusal } from './engine-errors.ts'
import type { ContainerCreate, DockerEngine } from './engine.ts'
import { labelFilters } from './engine-event.ts'
import { isRefusal, unlessMissing } from './images.ts'

type Containers = Pick<
  DockerEngine,
  | 'createContainer'
  | 'inspectContainer'
  | 'listContainers'
  | 'startContainer'
  | 'stopContainer'
  | 'killContainer'
  | 'removeContainer'
  | 'waitContainer'
  | 'putArchive'
  | 'getArchive'
>

/** Of `POST /containers/{id}/wait`. */
interface Waited {
  StatusCode: number
}

/** What a `stop` may take beyond the seconds it gives the container. */
const STOP_GRACE_MS = 30_000
const REMOVAL_DEADLINE_MS = 120_000

export function containers(
  requests: EngineRequests,
  { inspectImage, facts }: Pick<DockerEngine, 'inspectImage' | 'facts'>,
): Containers {
  async function inspectContainer(container: string, signal?: AbortSignal) {
    const found = await unlessMissing(
      requests.json<InspectedContainer>(
        { method: 'GET', path: `${pathOf(container)}/json` },
        { doing: `looking at the container ${shortName(container)}` },
        signal,
      ),
    )
    return found === undefined ? undefined : containerFacts(found)
  }

  return {
    inspectContainer,
    async createContainer(create, signal) {
      const { name, image } = create
      try {
        const created = await requests.json<{ Id: string }>(
          { method: 'POST', path: '/containers/create', query: { name }, body: createBody(create) },
          { doing: `creating the container ${name}`, image, container: name },
          signal,
        )
        return created.Id
      } catch (error) {
        // Podman says 500.
        if (!isRefusal(error, 409) && !String(error).includes('is already in use')) throw error
        const holder = await inspectContainer(name, signal)
        // Gone in the meantime: whoever asks again may have the name.
        const { id, image: its } = holder ?? { id: '', image: 'a container that is gone by now' }
        throw new PeerError('CONTAINER_NAME_TAKEN', { name, id, image: its }, { cause: error })
      }
    },
    async listContainers(labels, signal) {
      const found = await requests.json<{ Id: string }[]>(
        { method: 'GET', path: '/containers/json', query: { all: true, filters: { label: labelFilters(labels) } } },
        { doing: 'listing containers' },
        signal,
      )
      const all = await Promise.all(found.map(({ Id }) => inspectContainer(Id, signal)))
      return all.filter((container) => container !== undefined)
    },
    async startContainer(container, signal) {
      try {
        await requests.json(
          { method: 'POST', path: `${pathOf(container)}/start` },
          { doing: `starting the container ${shortName(container)}`, container: shortName(container) },
          signal,
        )
      } catch (error) {
        throw (await wrongArchitecture(container, error)) ?? error
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
        // Podman says 500 of one that does not run, which is all that was wanted.
        const { state } = (isRefusal(error, 500) ? await inspectContainer(container) : undefined) ?? {}
        if (state !== 'exited' && state !== 'dead' && state !== 'created') throw error
      }
    },
    async removeContainer(container) {
      try {
        await requests.json(
          {
            method: 'DELETE',
            path: pathOf(container),
            query: { force: true, v: true },
            deadlineMs: REMOVAL_DEADLINE_MS,
          },
          { doing: `removing the container ${shortName(container)}` },
        )
      } catch (error) {
        if (isRefusal(error, 404)) return
        // 409: somebody else removes it just now.
        if (!isRefusal(error, 409)) throw error
        const until = performance.now() + REMOVAL_DEADLINE_MS
        while ((await inspectContainer(container)) !== undefined) {
          if (performance.now() > until) throw error
          await sleep(50)
        }
      }
    },
    async waitContainer(container, signal) {
      const asked = { doing: `waiting for the container ${shortName(container)}` }
      const wait = { method: 'POST', path: `${pathOf(container)}/wait`, deadlineMs: Infinity } as const
      const { state } = (await inspectContainer(container, signal)) ?? {}
      // One that has not started does not run, and that is all the engine would wait for.
      if (state !== 'created') return (await requests.json<Waited>(wait, asked, signal)).StatusCode
      const next = await requests.stream({ ...wait, query: { condition: 'next-exit' } }, asked, signal)
      // It waits from the beginning of its answer on; what ended before that has no next exit.
      const { exitCode } = (await inspectContainer(container, signal)) ?? {}
      if (exitCode !== undefined) {
        next.destroy()
        return exitCode
      }
      try {
        return (JSON.parse(await readText(next)) as Waited).StatusCode
      } catch (error) {
        signal?.throwIfAborted()
        throw engineError(error, requests.address, asked)
      }
    },
    async putArchive(container, path, tar, signal) {
      await requests.json(
        { method: 'PUT', path: `${pathOf(container)}/archive`, query: { path }, file: tar, deadlineMs: Infinity },
        { doing: `copying files into the container ${shortName(container)}` },
        signal,
      )
    },
    getArchive: (container, path, signal) =>
      requests.stream(
        { method: 'GET', path: `${pathOf(container)}/archive`, query: { path } },
        { doing: `copying ${path} out of the container ${shortName(container)}` },
        signal,
      ),
  }

  /** "exec format error" says it of a program; the image tells whether it is all of it that is for another machine. */
  async function wrongArchitecture(name: string, error: unknown): Promise<PeerError | undefined> {
    if (!(error instanceof PeerError) || !(error.cause instanceof EngineRefusal)) return undefined
    if (!/exec format error/i.test(error.cause.message)) return undefined
    const container = await inspectContainer(name)
    const [image, engine] = [container && (await inspectImage(container.imageId)), await facts()]
    if (image === undefined || image.arch === engine.arch) return undefined
    const details = { name, image: container?.image ?? image.id, imageArch: image.arch, engineArch: engine.arch }
    return new PeerError('CONTAINER_ARCHITECTURE', details, { cause: error })
  }
}

/** An id as people know it. */
export function shortName(container: string): string {
  return /^[0-9a-f]{64}$/.test(container) ? container.slice(0, 12) : container
}

export function pathOf(container: string): string {
  return `/containers/${encodeURIComponent(container)}`
}

function createBody(create: ContainerCreate): object {
  const { image, command, env, labels, workingDir, user, hostConfig, publish } = create
  const port = publish === undefined ? undefined : `${publish}/tcp`
  return {
    Image: image,
    ...(command === undefined ? {} : { Cmd: command }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
    ...(user === undefined ? {} : { User: user }),
    AttachStdout: true,
    AttachStderr: true,
    ...(port === undefined ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      ...hostConfig,
      ...(port === undefined ? {} : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
    },
  }
}
