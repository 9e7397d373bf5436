import { bridgeAddress } from './bridge-address.ts'
import { containers } from './containers.ts'
import { containerStreams } from './container-streams.ts'
import { dockerodeRequests } from './dockerode-requests.ts'
import { engineFacts } from './engine-facts.ts'
import type { DockerEngine, EngineAddress, EngineFacts } from './engine.ts'
import { images } from './images.ts'
import { connectionsTo, type Reach } from './reach.ts'

/** An engine that is done with is closed; that ends no container. */
export interface OpenEngine extends DockerEngine {
  /** Idempotent. */
  close(): void
}

/** The engine at this address. Nothing is asked of it yet. */
export async function openEngine(address: EngineAddress, reach: Reach): Promise<OpenEngine> {
  const agent = await connectionsTo(reach)
  const requests = dockerodeRequests(address, reach, agent)
  let known: Promise<EngineFacts> | undefined

  async function facts(signal?: AbortSignal): Promise<EngineFacts> {
    known ??= engineFacts(requests).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return orAborted(known, signal)
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

/** What is shared with others goes on for them when one of them has enough. */
function orAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    void shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
