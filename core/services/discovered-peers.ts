import { createHash } from 'node:crypto'
import type { SigningIdentity } from '../msp/identity.ts'
import {
  AliveMessage,
  DiscoveredPeer,
  GossipChaincode,
  GossipEnvelope,
  GossipMessage,
  Member,
  PeerTime,
  Properties,
  StateInfo,
} from '../protos/discovery.ts'

/** A peer as the peers of its channel know it. */
export interface KnownPeer {
  identity: SigningIdentity
  /** The `host:port` that clients connect to. */
  endpoint: string
  startedAt: number
}

/** What it tells about a channel. */
export interface KnownState {
  channel: string
  height: number
  /** The chaincodes that it runs there, with the sequences of their definitions. */
  chaincodes: readonly { name: string; sequence: number }[]
}

/**
 * A peer as discovery answers it: who it is, that it is alive, and what it has of the channel, in the messages of
 * gossip (Fabric v2.5.16 discovery/protoext and gossip/protoext). The envelope of the first isn't signed, as that of a
 * peer that speaks of itself.
 */
export function discoveredPeer(known: KnownPeer, state?: KnownState): DiscoveredPeer {
  const peer = new DiscoveredPeer()
  peer.setIdentity(known.identity.serialize())
  peer.setMembershipInfo(enveloped(aliveMessage(known)))
  if (state !== undefined) peer.setStateInfo(enveloped(stateMessage(known, state), known.identity))
  return peer
}

function aliveMessage(known: KnownPeer) {
  const member = new Member()
  member.setEndpoint(known.endpoint)
  member.setPkiId(pkiId(known))
  const alive = new AliveMessage()
  alive.setMembership(member)
  alive.setTimestamp(timeOf(known))
  const message = new GossipMessage()
  message.setTag(GossipMessage.Tag.EMPTY)
  message.setAliveMsg(alive)
  return message
}

function stateMessage(known: KnownPeer, { channel, height, chaincodes }: KnownState) {
  const properties = new Properties()
  properties.setLedgerHeight(height)
  properties.setChaincodesList(
    chaincodes.map(({ name, sequence }) => {
      const chaincode = new GossipChaincode()
      chaincode.setName(name)
      chaincode.setVersion(String(sequence))
      return chaincode
    }),
  )
  const info = new StateInfo()
  info.setTimestamp(timeOf(known))
  info.setPkiId(pkiId(known))
  info.setChannelMac(createHash('sha256').update(pkiId(known)).update(channel).digest())
  info.setProperties(properties)
  const message = new GossipMessage()
  message.setTag(GossipMessage.Tag.CHAN_OR_ORG)
  message.setStateInfo(info)
  return message
}

function enveloped(message: { serializeBinary(): Uint8Array }, signer?: SigningIdentity) {
  const payload = message.serializeBinary()
  const envelope = new GossipEnvelope()
  envelope.setPayload(payload)
  if (signer !== undefined) envelope.setSignature(signer.sign(payload))
  return envelope
}

/** gossip/identity, GetPKIidOfCert: a hash of who it is. */
function pkiId({ identity }: KnownPeer): Uint8Array {
  return createHash('sha256').update(identity.mspId).update(identity.certificate).digest()
}

function timeOf({ startedAt }: KnownPeer) {
  const time = new PeerTime()
  // The clock is finer than milliseconds, and the field takes whole numbers only.
  time.setIncNum(Math.floor(startedAt))
  time.setSeqNum(1)
  return time
}
