import { createContainer, type Creating } from './container-creation.ts'
import { containerFacts, type InspectedContainer } from './container-facts.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { unlessMissing } from './engine-errors.ts'
import type { ContainerFacts, DockerEngine } from './engine.ts'
import { labelFilters } from './engine-event.ts'

type Containers = Pick<
  DockerEngine,
  'createContainer' | 'inspectContainer' | 'listContainers' | 'putArchive' | 'getArchive'
>

export function containers(requests: EngineRequests, engine: Omit<Creating, 'inspectContainer'>): Containers {
  async function inspectContainer(container: string, signal?: AbortSignal): Promise<ContainerFacts | undefined> {
    const inspected = await unlessMissing(
      requests.json<InspectedContainer>(
        { method: 'GET', path: `${pathOf(container)}/json` },
        { doing: `looking at the container ${shortName(container)}` },
        signal,
      ),
    )
    return inspected && containerFacts(inspected, await engine.dialect(signal))
  }

  return {
    inspectContainer,
    createContainer: (create, signal) => createContainer(requests, { ...engine, inspectContainer }, create, signal),
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
