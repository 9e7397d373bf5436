import { noCommitter } from '../committer/committer.ts'
import { fabricLines } from '../config/fabric-line.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { AdmissionParts } from '../endorser/admit-proposal.ts'
import { newEndorser, type Endorser } from '../endorser/process-proposal.ts'
import { executeForClients } from '../gateway/execute-for-client.ts'
import { newClientCalls, type ClientCalls } from '../gateway/client-calls.ts'
import type { GatewayParts } from '../gateway/gateway-parts.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { simulateForClient } from '../gateway/simulate-for-client.ts'
import { noLedger } from '../ledger/no-ledger.ts'
import { accessControl, type AccessControl } from '../services/signed-data.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'
import type { Peer } from './handle.ts'
import type { Storage } from './storage.ts'

/** What the services have of the client's side. */
export interface ServiceNeeds {
  parts: GatewayParts
  admission: AdmissionParts
  access: AccessControl
  clientCalls: ClientCalls
  endorser: Endorser
  /** As EndorserParts has it. */
  timeWindow: number | undefined
}

/** What clients call. */
export interface ClientSide {
  /** What the services for client applications are made of. */
  services: ServiceNeeds
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
  const parts: GatewayParts = {
    definition: (name, channel) => definitions.get(name, channel),
    ledger: (channel) => (channel === '' ? noLedger : ledgers.ledger(channel)),
    committer: (channel) => (channel === '' ? noCommitter : channels.committer(channel)),
    orderer: (channel) => channels.orderer(channel),
    execute,
    identities,
    calls,
  }
  const gateway = createGateway(parts)
  systemCalls.connect(gateway)
  const clientCalls = newClientCalls(parts)
  const access = accessControl((channel) => channels.find(channel), identities.msps, config.acls)
  const admission: AdmissionParts = {
    ledger: (channel) => channels.find(channel),
    msps: identities.msps,
    isSystem: (name) => definitions.find(name, '')?.systemChaincode === true,
    refusal: ({ channelId, creator, signedProposal }) =>
      access.refusal(channelId, 'Writers', {
        identity: creator,
        data: signedProposal.getProposalBytes_asU8(),
        signature: signedProposal.getSignature_asU8(),
      }),
  }
  const guarded = executeForClients({
    execute,
    msps: identities.msps,
    isSystem: admission.isSystem,
    hasChannel: (channel) => channels.find(channel) !== undefined,
    refusal: (channel, policy, signedProposal, identity) =>
      access.refusal(channel, policy, {
        identity,
        data: signedProposal.getProposalBytes_asU8(),
        signature: signedProposal.getSignature_asU8(),
      }),
  })
  const executeForClient = config.acls ? guarded : execute
  const { timeWindow } = fabricLines[config.version]
  const endorser = newEndorser({
    ...admission,
    definition: (name, channel) => definitions.get(name, channel),
    simulate: (simulation) => simulateForClient(simulation, clientCalls, executeForClient),
    identities,
    timeWindow,
  })
  const broadcast: Peer['broadcast'] = (channel, envelope) => {
    channels.get(channel)
    return channels.orderer(channel).order(envelope)
  }
  return {
    gateway,
    endorser,
    broadcast,
    services: { parts: { ...parts, execute: executeForClient }, admission, access, clientCalls, endorser, timeWindow },
  }
}
