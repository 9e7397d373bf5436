import { messageOf } from '../contract/error-message.ts'
import type { ChaincodeInterest, DiscoveryQuery, SignedRequest } from '../protos/discovery.ts'
import {
  ChaincodeQueryResult,
  ConfigResult,
  DiscoveryError,
  DiscoveryRequest,
  DiscoveryResponse,
  EndorsementDescriptor,
  Endpoint,
  Endpoints,
  Layout,
  PeerMembershipResult,
  Peers,
  QueryResult,
} from '../protos/discovery.ts'
import { FabricMSPConfig } from '../protos/config.ts'
import { reader } from '../protos/unmarshal.ts'
import { discoveredPeer, type KnownPeer, type KnownState } from './discovered-peers.ts'
import type { AccessControl, SignedData } from './signed-data.ts'
import type { TlsBinding } from './tls-binding.ts'

/** What discovery knows of the channels and peers. */
export interface DiscoveryParts {
  access: AccessControl
  /** Whether who signed is an admin of the peer's own organisation. */
  isLocalAdmin(signed: SignedData): boolean
  hasChannel(channel: string): boolean
  /** The MSPs of a channel, marshalled FabricMSPConfigs. */
  msps(channel: string): ReadonlyMap<string, Uint8Array>
  /** The orderer: MSP id and `host:port`. */
  orderer(): { mspId: string; address: string }
  /** A peer for each organisation, by MSP id. */
  peers(): ReadonlyMap<string, KnownPeer>
  stateOf(channel: string): KnownState
  /**
   * The sets of organisations whose endorsements suffice for these chaincodes and collections, the smallest first;
   * undefined if one of them is unknown.
   */
  layouts(channel: string, interest: ChaincodeInterest): readonly (readonly string[])[] | undefined
  /** Whose peer answers. */
  mspId: string
  binding: TlsBinding
}

const DENIED = 'access denied'
const UNKNOWN_TYPE = 'unknown or missing request type'

const readRequest = reader(DiscoveryRequest, {})

/**
 * discovery.Discovery/Discover (Fabric v2.5.16 discovery/service.go): each query has a result, of which many are errors.
 * @param from the client's `host:port`
 * @throws Error with Fabric's text if the request can't be read, or doesn't say who sends it
 */
export function discover(request: SignedRequest, from: string, parts: DiscoveryParts): DiscoveryResponse {
  const data = request.getPayload_asU8()
  let message: InstanceType<typeof DiscoveryRequest>
  try {
    message = readRequest(data)
  } catch (error) {
    throw new Error(`failed parsing request: ${messageOf(error)}`, { cause: error })
  }
  const authentication = message.getAuthentication()
  if (authentication === undefined) throw new Error('access denied, no authentication info in request')
  const identity = authentication.getClientIdentity_asU8()
  if (identity.length === 0) throw new Error("access denied, client identity wasn't supplied")
  const unbound = parts.binding.discoveryRefusal(from, authentication.getClientTlsCertHash_asU8())
  if (unbound !== undefined) throw new Error(unbound)
  const signed = { identity, data, signature: request.getSignature_asU8() }
  const response = new DiscoveryResponse()
  response.setResultsList(message.getQueriesList().map((query) => answered(query, signed, parts)))
  return response
}

function answered(query: DiscoveryQuery, signed: SignedData, parts: DiscoveryParts) {
  const channel = query.getChannel()
  const result = new QueryResult()
  try {
    if (channel === '') {
      if (!parts.isLocalAdmin(signed)) throw new Error(DENIED)
      if (!query.hasLocalPeers()) throw new Error(UNKNOWN_TYPE)
      result.setMembers(members(parts, (peer) => discoveredPeer(peer), [parts.mspId]))
      return result
    }
    if (!parts.hasChannel(channel) || parts.access.refusal(channel, 'Writers', signed) !== undefined) {
      throw new Error(DENIED)
    }
    fill(result, query, channel, parts)
  } catch (error) {
    const failure = new DiscoveryError()
    failure.setContent(messageOf(error))
    result.setError(failure)
  }
  return result
}

function fill(
  result: InstanceType<typeof QueryResult>,
  query: DiscoveryQuery,
  channel: string,
  parts: DiscoveryParts,
): void {
  if (query.hasConfigQuery()) {
    result.setConfigResult(config(channel, parts))
  } else if (query.hasPeerQuery()) {
    const filter = query.getPeerQuery()?.getFilter()
    for (const { name } of filter?.toObject().chaincodesList ?? []) {
      if (isKnown(name, channel, parts)) continue
      throw new Error(`No metadata was found for chaincode ${name} in channel ${channel}`)
    }
    const state = parts.stateOf(channel)
    result.setMembers(members(parts, (peer) => discoveredPeer(peer, state)))
  } else if (query.hasCcQuery()) {
    const interests = query.getCcQuery()?.getInterestsList() ?? []
    if (interests.length === 0) throw new Error('chaincode query must have at least one chaincode interest')
    const found = new ChaincodeQueryResult()
    found.setContentList(interests.map((interest) => descriptor(interest, channel, parts)))
    result.setCcQueryRes(found)
  } else {
    throw new Error(UNKNOWN_TYPE)
  }
}

function isKnown(name: string, channel: string, parts: DiscoveryParts): boolean {
  return parts.stateOf(channel).chaincodes.some((chaincode) => chaincode.name === name)
}

function config(channel: string, parts: DiscoveryParts) {
  const result = new ConfigResult()
  for (const [mspId, msp] of parts.msps(channel)) {
    result.getMspsMap().set(mspId, FabricMSPConfig.deserializeBinary(msp))
  }
  const { mspId, address } = parts.orderer()
  const endpoint = new Endpoint()
  endpoint.setHost(address.slice(0, address.lastIndexOf(':')))
  endpoint.setPort(Number(address.slice(address.lastIndexOf(':') + 1)))
  const endpoints = new Endpoints()
  endpoints.addEndpoint(endpoint)
  result.getOrderersMap().set(mspId, endpoints)
  return result
}

function members(
  parts: DiscoveryParts,
  describe: (peer: KnownPeer) => ReturnType<typeof discoveredPeer>,
  only?: readonly string[],
) {
  const result = new PeerMembershipResult()
  for (const [mspId, peer] of parts.peers()) {
    if (only?.includes(mspId) === false) continue
    const peers = new Peers()
    peers.addPeers(describe(peer))
    result.getPeersByOrgMap().set(mspId, peers)
  }
  return result
}

/** discovery/endorsement/endorsement.go: the peers of an organisation are a group, and a layout says how many of each. */
function descriptor(interest: ChaincodeInterest, channel: string, parts: DiscoveryParts) {
  const layouts = parts.layouts(channel, interest)
  if (layouts === undefined || layouts.length === 0) {
    throw new Error(`failed constructing descriptor for ${textOf(interest)}`)
  }
  const result = new EndorsementDescriptor()
  result.setChaincode(interest.getChaincodesList()[0]?.getName() ?? '')
  const state = parts.stateOf(channel)
  const groups = [...new Set(layouts.flat())]
  for (const [i, mspId] of groups.entries()) {
    const peer = parts.peers().get(mspId)
    if (peer === undefined) continue
    const peers = new Peers()
    peers.addPeers(discoveredPeer(peer, state))
    result.getEndorsersByGroupsMap().set(`G${i}`, peers)
  }
  for (const layout of layouts) {
    const quantities = new Layout()
    for (const mspId of layout) quantities.getQuantitiesByGroupMap().set(`G${groups.indexOf(mspId)}`, 1)
    result.addLayouts(quantities)
  }
  return result
}

/** As Go's golang/protobuf printed a message. */
function textOf(interest: ChaincodeInterest): string {
  return interest
    .getChaincodesList()
    .map((call) => {
      const collections = call.getCollectionNamesList().map((name) => `collection_names:${JSON.stringify(name)} `)
      return `chaincodes:<name:${JSON.stringify(call.getName())} ${collections.join('')}> `
    })
    .join('')
}
