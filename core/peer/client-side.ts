import { noCommitter } from '../committer/committer.ts'
import { fabricLines } from '../config/fabric-line.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { newEndorser, type Endorser } from '../endorser/process-proposal.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { noLedger } from '../ledger/no-ledger.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'
import type { Peer } from './handle.ts'
import type { Storage } from './storage.ts'

/** What clients call. */
export interface ClientSide {
  gateway: Gateway
  endorser: Endorser
  broadcast: Peer['broadcast']
}

/** The fourth stage: proposal, simulation, order. */
export function startClientSide(
  config: PeerConfig,
  storage: Storage,
  channels: Channels,
  chaincodeSide: ChaincodeSide,
): ClientSide {
  const { identities, ledgers, calls } = storage
  const { definitions, execute, systemCalls } = chaincodeSide
  const gateway = createGateway({
    definition: (name, channel) => definitions.get(name, channel),
    ledger: (channel) => (channel === '' ? noLedger : ledgers.ledger(channel)),
    committer: (channel) => (channel === '' ? noCommitter : channels.committer(channel)),
    orderer: (channel) => channels.orderer(channel),
    execute,
    identities,
    calls,
  })
  systemCalls.connect(gateway)
  const endorser = newEndorser({
    ledger: (channel) => channels.find(channel),
    definition: (name, channel) => definitions.get(name, channel),
    execute,
    identities,
    timeWindow: fabricLines[config.version].timeWindow,
  })
  const broadcast: Peer['broadcast'] = (channel, envelope) => {
    channels.get(channel)
    return channels.orderer(channel).order(envelope)
  }
  return { gateway, endorser, broadcast }
}
