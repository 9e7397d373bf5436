import { waitFor } from '../../../facts/wait.ts'
import { bridgeAddress } from './bridge-address.ts'
import { containerLifetime } from './container-lifetime.ts'
import { containers } from './containers.ts'
import { containerStreams } from './container-streams.ts'
import { dialectOf } from './engine-dialect.ts'
import { engineFacts } from './engine-facts.ts'
import type { DockerEngine, EngineAddress, EngineFacts } from './engine.ts'
import { images } from './images.ts'
import type { Reach } from './reach.ts'
import { connectionsTo } from './connections.ts'

/** Close an engine after use; that ends no container. */
export interface OpenEngine extends DockerEngine {
  /** Idempotent. */
  close(): void
}

/** The engine at this address. Sends no request yet; `probed`: its facts, where they are known already. */
export async function openEngine(address: EngineAddress, reach: Reach, probed?: EngineFacts): Promise<OpenEngine> {
  // Takes a moment to load, which dev mode avoids: it may only need to know whether an engine runs.
  const { dockerodeRequests } = await import('./dockerode-requests.ts')
  const agent = await connectionsTo(reach)
  const requests = dockerodeRequests(address, reach, agent)
  let known = probed && Promise.resolve(probed)
  const ask = (path: string) => requests.json({ method: 'GET', path }, { doing: 'asking for its version' })

  async function facts(signal?: AbortSignal): Promise<EngineFacts> {
    known ??= engineFacts(ask, address).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return waitFor(known, { signal })
  }

  const dialect = async (signal?: AbortSignal) => dialectOf(await facts(signal))
  const bridge: DockerEngine['bridgeAddress'] = async (network, signal) => {
    const known = await facts(signal)
    return known.local ? bridgeAddress(requests, dialectOf(known), network, signal) : undefined
  }
  const imageCalls = images(requests, { dialect })
  const containerCalls = containers(requests, { dialect, bridgeAddress: bridge })
  return {
    address,
    facts,
    ...imageCalls,
    ...containerCalls,
    ...containerLifetime(requests, { ...imageCalls, ...containerCalls, facts, dialect }),
    ...containerStreams(requests, containerCalls),
    bridgeAddress: bridge,
    close: () => agent.destroy(),
  }
}
