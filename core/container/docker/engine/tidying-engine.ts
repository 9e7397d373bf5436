import { connectionsTo } from './connections.ts'
import { containerListing } from './container-listing.ts'
import { removeContainer } from './container-removal.ts'
import { dialectOf } from './engine-dialect.ts'
import type { DockerEngine } from './engine.ts'
import type { FoundEngine } from './find-engine.ts'
import { imageListing } from './image-listing.ts'
import { plainRequests } from './plain-requests.ts'

/** The part of an engine that finds and removes what Slipway made. It is there much sooner than all of it. */
export type TidyingEngine = Pick<DockerEngine, 'listContainers' | 'removeContainer' | 'listImages' | 'removeImage'>

/** Close it after use. */
export interface OpenTidyingEngine extends TidyingEngine {
  /** Idempotent. */
  close(): void
}

export async function openToTidy({ address, reach, facts }: FoundEngine): Promise<OpenTidyingEngine> {
  const agent = await connectionsTo(reach)
  const requests = plainRequests(address, reach, agent)
  const dialect = () => Promise.resolve(dialectOf(facts))
  const { inspectContainer, listContainers } = containerListing(requests, { dialect })
  const { listImages, removeImage } = imageListing(requests, { dialect })
  return {
    listContainers,
    removeContainer: (container) => removeContainer(requests, { inspectContainer }, container),
    listImages,
    removeImage,
    close: () => agent.destroy(),
  }
}
