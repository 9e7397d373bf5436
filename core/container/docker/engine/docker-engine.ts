import { waitFor } from '../../../facts/wait.ts'
import { bridgeAddress } from './bridge-address.ts'
import { containers } from './containers.ts'
import { containerStreams } from './container-streams.ts'
import { engineFacts } from './engine-facts.ts'
import type { DockerEngine, EngineAddress, EngineFacts } from './engine.ts'
import { images } from './images.ts'
import type { Reach } from './reach.ts'
import { connectionsTo } from './connections.ts'

/** An engine that is done with is closed; that ends no container. */
export interface OpenEngine extends DockerEngine {
  /** Idempotent. */
  close(): void
}

/** The engine at this address. Nothing is asked of it yet; `told`: what it has said of itself already. */
export async function openEngine(address: EngineAddress, reach: Reach, told?: EngineFacts): Promise<OpenEngine> {
  // Takes a moment to load: dev mode, which may only want to know of an engine, does without.
  const { dockerodeRequests } = await import('./dockerode-requests.ts')
  const agent = await connectionsTo(reach)
  const requests = dockerodeRequests(address, reach, agent)
  let known = told === undefined ? undefined : Promise.resolve(told)
  const ask = (path: string) => requests.json({ method: 'GET', path }, { doing: 'asking for its version' })

  async function facts(signal?: AbortSignal): Promise<EngineFacts> {
    known ??= engineFacts(ask, address).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return waitFor(known, { signal })
  }

  const imageCalls = images(requests)
  const containerCalls = containers(requests, { ...imageCalls, facts })
  return {
    address,
    facts,
    ...imageCalls,
    ...containerCalls,
    ...containerStreams(requests, containerCalls),
    bridgeAddress: async (network, signal) =>
      (await facts(signal)).local ? bridgeAddress(requests, network, signal) : undefined,
    close: () => agent.destroy(),
  }
}
