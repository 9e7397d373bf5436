import { PeerError } from '../../../contract/error.ts'
import { containerFacts, type InspectedContainer } from './container-facts.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { isRefusal, unlessMissing } from './engine-errors.ts'
import type { ContainerCreate, ContainerFacts, DockerEngine } from './engine.ts'
import { labelFilters } from './engine-event.ts'

type Containers = Pick<
  DockerEngine,
  'createContainer' | 'inspectContainer' | 'listContainers' | 'putArchive' | 'getArchive'
>

export function containers(requests: EngineRequests): Containers {
  async function inspectContainer(container: string, signal?: AbortSignal): Promise<ContainerFacts | undefined> {
    const inspected = await unlessMissing(
      requests.json<InspectedContainer>(
        { method: 'GET', path: `${pathOf(container)}/json` },
        { doing: `looking at the container ${shortName(container)}` },
        signal,
      ),
    )
    return inspected && containerFacts(inspected)
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
        // Podman answers 500.
        if (!isRefusal(error, 409) && !String(error).includes('is already in use')) throw error
        // If the holder has gone meanwhile, the name is free for another try.
        const gone = { id: '', image: 'a container that is gone by now' }
        const holder = (await inspectContainer(name, signal)) ?? gone
        throw new PeerError('CONTAINER_NAME_TAKEN', { name, id: holder.id, image: holder.image }, { cause: error })
      }
    },
    async listContainers(labels, signal) {
      const listed = await requests.json<{ Id: string }[]>(
        { method: 'GET', path: '/containers/json', query: { all: true, filters: { label: labelFilters(labels) } } },
        { doing: 'listing containers' },
        signal,
      )
      const inspected = await Promise.all(listed.map(({ Id }) => inspectContainer(Id, signal)))
      return inspected.filter((container) => container !== undefined)
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
}

/** An id in docker's short form; a name as it is. */
export function shortName(container: string): string {
  return /^[0-9a-f]{64}$/.test(container) ? container.slice(0, 12) : container
}

export function pathOf(container: string): string {
  return `/containers/${encodeURIComponent(container)}`
}

/** JSON leaves out what is undefined. */
function createBody(create: ContainerCreate): object {
  const { image, command, env, labels, hostConfig, publish } = create
  const port = publish === undefined ? undefined : `${publish}/tcp`
  return {
    Image: image,
    Cmd: command,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    AttachStdout: true,
    AttachStderr: true,
    ExposedPorts: port && { [port]: {} },
    HostConfig: { ...hostConfig, PortBindings: port && { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  }
}
