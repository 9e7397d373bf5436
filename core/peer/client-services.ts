import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import { now } from '../facts/clock.ts'
import type { BroadcastParts } from '../services/broadcast.ts'
import { listenForClients, type ClientServer } from '../comm/client-server.ts'
import type { DeliverParts } from '../services/deliver.ts'
import { tlsClients } from '../comm/client-door.ts'
import { tlsBinding, type TlsBinding } from '../services/tls-binding.ts'
import { servicesTls } from './client-tls.ts'
import { strayTeller } from './stray.ts'
import { newBlocks, type NewBlocks } from '../services/new-blocks.ts'
import { ordererServices } from '../services/orderer-services.ts'
import { peerServices, type PeerServicesParts } from '../services/peer-services.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'
import type { ClientSide } from './client-side.ts'
import { discoveryParts } from './discovery-parts.ts'
import type { Disposers } from './disposers.ts'
import type { Storage } from './storage.ts'

/** How far apart the ports of two organisations' peers are, as in Fabric's test network. */
const PORTS_APART = 2000
const LAST_PORT = 65_535

/**
 * Serve client applications: the orderer, and a peer for each organisation, also for those that are added later.
 * @throws PeerError PORT_UNAVAILABLE
 */
export async function serveClients(
  config: PeerConfig,
  storage: Storage,
  channels: Channels,
  { chaincodeSide, clientSide }: { chaincodeSide: ChaincodeSide; clientSide: ClientSide },
  disposers: Disposers,
): Promise<void> {
  const { listenAddress, ordererListenAddress } = config
  if (listenAddress === undefined) return
  const { facts, identities } = storage
  const tls = servicesTls(config, identities)
  const clients = tlsClients()
  const { listener } = facts.state()
  const chaincodeAddress = listener.state === 'listening' ? listener.address : listener.wanted
  const options = { clients, stray: strayTeller(facts), chaincodeAddress }
  const blocks = newBlocks(facts)
  disposers.defer(() => blocks.close())
  const addresses = new Map<string, string>()
  let ordererAddress = ordererListenAddress
  const world = { chaincodeSide, clientSide, blocks, addresses, ordererAddress: () => ordererAddress }
  const binding = tlsBinding(tls.mode, clients)
  const parts = servicesParts(storage, channels, { ...world, binding })

  const ordererTls = await tls.of(identities.orderer, ordererListenAddress)
  const ofOrderer = ordererServices(parts.ofOrderer)
  const orderer = await listenForClients(ordererListenAddress, ofOrderer, { ...options, tls: ordererTls })
  disposers.defer(() => orderer.close())
  ordererAddress = orderer.address
  const peers = new Map<string, ClientServer>()
  const wantedPeers: Record<string, string> = {}
  disposers.defer(async () => {
    for (const server of peers.values()) await server.close()
  })
  const serveMissing = async () => {
    for (const [i, mspId] of identities.organisations().entries()) {
      if (peers.has(mspId)) continue
      const wanted = addressOf(listenAddress, i)
      const ofPeer = await tls.of(identities.organisation(mspId), wanted)
      const server = await listenForClients(wanted, peerServices(parts.of(mspId)), { ...options, tls: ofPeer })
      peers.set(mspId, server)
      addresses.set(mspId, server.address)
      wantedPeers[mspId] = wanted
    }
    // An organisation that was added has clients too.
    for (const server of [orderer, ...peers.values()]) server.trust(tls.clientRoots())
    const wanted = { peers: { ...wantedPeers }, orderer: ordererListenAddress }
    const served = { peers: Object.fromEntries(addresses), orderer: orderer.address, wanted, tls: tls.mode }
    facts.emit({ type: 'services', services: served })
  }
  await serveMissing()
  let serving = Promise.resolve()
  const subscription = facts.subscribe((event) => {
    if (event.type !== 'identities') return
    serving = serving.then(serveMissing).catch((error: unknown) => {
      facts.emit({ type: 'notice', notice: { at: now(), error: PeerError.from(error).toJSON() } })
    })
  })
  disposers.defer(async () => {
    subscription.unsubscribe()
    await serving
  })
}

/** That of the first organisation, or a port above it; any port where there is none. */
export function addressOf(first: string, i: number): string {
  const host = first.slice(0, first.lastIndexOf(':'))
  const port = Number(first.slice(host.length + 1))
  const wanted = port === 0 ? 0 : port + i * PORTS_APART
  return i === 0 ? first : `${host}:${wanted > LAST_PORT ? 0 : wanted}`
}

interface ServicesWorld {
  chaincodeSide: ChaincodeSide
  clientSide: ClientSide
  blocks: NewBlocks
  /** Of the peers, by MSP id. */
  addresses: ReadonlyMap<string, string>
  ordererAddress(): string
  binding: TlsBinding
}

function servicesParts(
  storage: Storage,
  channels: Channels,
  { chaincodeSide, clientSide, blocks, addresses, ordererAddress, binding }: ServicesWorld,
): { of(mspId: string): PeerServicesParts; ofOrderer: { broadcast: BroadcastParts; deliver: DeliverParts } } {
  const { parts, admission, access, clientCalls, endorser, timeWindow } = clientSide.services
  const find = (channel: string) => channels.find(channel)
  const hasChannel = (channel: string) => find(channel) !== undefined
  const broadcast: BroadcastParts = {
    hasChannel,
    orderer: (channel) => channels.orderer(channel),
    access,
    msps: storage.identities.msps,
    clientCalls,
    absoluteMaxBytes: () => channels.batch().absoluteMaxBytes,
  }
  const mayRead: DeliverParts['mayRead'] = (channel, signed) => access.refusal(channel, 'Readers', signed) === undefined
  return {
    of: (mspId) => ({
      gateway: {
        ...parts,
        mspId,
        admission,
        clientCalls,
        timeWindow,
        hasChannel,
        isDefined: (chaincode, channel) => chaincodeSide.definitions.find(chaincode, channel) !== undefined,
        addressOf: (of) => addresses.get(of) ?? '',
      },
      endorser,
      broadcast,
      commit: { find, access, blocks },
      deliver: { find, blocks, mayRead, binding },
      discovery: discoveryParts(mspId, {
        storage,
        channels,
        chaincodeSide,
        access,
        addresses,
        ordererAddress,
        binding,
      }),
    }),
    ofOrderer: {
      broadcast,
      deliver: { find, blocks, binding, mayRead: (channel, signed) => access.satisfies(channel, 'Readers', signed) },
    },
  }
}
