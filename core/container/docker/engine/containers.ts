import { createContainer, type Creating } from './container-creation.ts'
import { containerListing, pathOf, shortName } from './container-listing.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import type { DockerEngine } from './engine.ts'

type Containers = Pick<
  DockerEngine,
  'createContainer' | 'inspectContainer' | 'listContainers' | 'putArchive' | 'getArchive'
>

export function containers(requests: EngineRequests, engine: Omit<Creating, 'inspectContainer'>): Containers {
  const listing = containerListing(requests, engine)
  return {
    ...listing,
    createContainer: (create, signal) => createContainer(requests, { ...engine, ...listing }, create, signal),
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
