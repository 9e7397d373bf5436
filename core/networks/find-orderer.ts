import { AuthInfo, ConfigQuery, DiscoveryRequest, DiscoveryService, Query, SignedRequest } from '../protos/discovery.ts'
import { endsOf, type Network } from './network.ts'

const USUAL_MS = 10_000

/**
 * `host:port` of an orderer of the channel, for the commands that others are shown; undefined if the peer doesn't tell.
 * Slipway itself needs none.
 */
export async function findOrderer(
  network: Network,
  channel: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { identity, client } = network
  const authentication = new AuthInfo()
  authentication.setClientIdentity(identity.serialize())
  const query = new Query()
  query.setChannel(channel)
  query.setConfigQuery(new ConfigQuery())
  const request = new DiscoveryRequest()
  request.setAuthentication(authentication)
  request.setQueriesList([query])
  const payload = request.serializeBinary()
  const signed = new SignedRequest()
  signed.setPayload(payload)
  signed.setSignature(identity.sign(payload))
  try {
    const answer = await client.call(DiscoveryService.discover, signed, endsOf(network, USUAL_MS, signal))
    const orderers = answer.getResultsList()[0]?.getConfigResult()?.getOrderersMap()
    for (const [, endpoints] of orderers?.entries() ?? []) {
      const [endpoint] = endpoints.getEndpointList()
      if (endpoint !== undefined) return `${endpoint.getHost()}:${endpoint.getPort()}`
    }
  } catch {
    signal?.throwIfAborted()
  }
  return undefined
}
