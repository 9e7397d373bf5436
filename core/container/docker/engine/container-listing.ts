import { containerFacts, type InspectedContainer } from './container-facts.ts'
import type { JsonRequests } from './dockerode-requests.ts'
import type { EngineDialect } from './engine-dialect.ts'
import { unlessMissing } from './engine-errors.ts'
import type { ContainerFacts, DockerEngine } from './engine.ts'
import { labelFilters } from './engine-event.ts'

export function containerListing(
  requests: JsonRequests,
  engine: { dialect(signal?: AbortSignal): Promise<EngineDialect> },
): Pick<DockerEngine, 'inspectContainer' | 'listContainers'> {
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
    async listContainers(labels, signal) {
      const listed = await requests.json<{ Id: string }[]>(
        { method: 'GET', path: '/containers/json', query: { all: true, filters: { label: labelFilters(labels) } } },
        { doing: 'listing containers' },
        signal,
      )
      const inspected = await Promise.all(listed.map(({ Id }) => inspectContainer(Id, signal)))
      return inspected.filter((container) => container !== undefined)
    },
  }
}

/** An id in docker's short form; a name as it is. */
export function shortName(container: string): string {
  return /^[0-9a-f]{64}$/.test(container) ? container.slice(0, 12) : container
}

export function pathOf(container: string): string {
  return `/containers/${encodeURIComponent(container)}`
}
