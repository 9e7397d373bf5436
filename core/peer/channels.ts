import { channelConfigs } from '../channelconfig/channel-configs.ts'
import type { OrganisationMSP } from '../channelconfig/msp-config.ts'
import { newCommitters, type Committer } from '../committer/committer.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { OrdererState } from '../contract/state.ts'
import { now } from '../facts/clock.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BatchConfig } from '../orderer/block-cutter.ts'
import { startOrderer, type Orderer } from '../orderer/orderer.ts'
import type { Disposers } from './disposers.ts'
import type { Storage } from './storage.ts'

/** The channels of a peer, each with its ledger, its committer and its orderer. */
export interface Channels {
  names(): string[]
  /** Undefined if this peer does not have the channel. */
  find(channel: string): Ledger | undefined
  /** @throws PeerError CHANNEL_UNKNOWN */
  get(channel: string): Ledger
  committer(channel: string): Committer
  /** Started by the first call for the channel. @throws PeerError CHANNEL_UNKNOWN for '' */
  orderer(channel: string): Orderer
  /** Create the channel if it is missing, and bring its configuration up to date. Throws LEDGER_* */
  open(channel: string): Promise<void>
  /** Create a channel from its genesis block. */
  join(channel: string, genesis: Uint8Array): Promise<void>
  /** Bring the configuration of every channel up to date, after the peer's organisations have changed. */
  configureAll(): Promise<void>
  /** How blocks are cut, on every channel. */
  batch(): BatchConfig
  /** How they are cut from now on. */
  setOrderer(orderer: OrdererState): Promise<void>
}

/** The second stage. Throws LEDGER_* */
export async function openChannels(config: PeerConfig, storage: Storage, disposers: Disposers): Promise<Channels> {
  const { identities, facts, ledgers } = storage
  const { emit } = facts
  const names = () => Object.keys(facts.state().channels)
  const find = (channel: string) => (names().includes(channel) ? ledgers.ledger(channel) : undefined)

  const committer = newCommitters((channel) => ledgers.ledger(channel), identities.msps)
  const orderers = new Map<string, Orderer>()
  let batch = config.orderer
  disposers.defer(() => Promise.all([...orderers.values()].map((orderer) => orderer.close())))
  const orderer = (channel: string): Orderer => {
    if (channel === '') throw new PeerError('CHANNEL_UNKNOWN', { channel, known: names() })
    const started = orderers.get(channel)
    if (started !== undefined) return started
    const committed = (name: string, _block: unknown, height: number) =>
      emit({ type: 'channel.height', channel: name, height, at: now() })
    const starting = startOrderer(committer(channel), committed, batch)
    orderers.set(channel, starting)
    return starting
  }

  const configs = channelConfigs({
    ledger: (channel) => ledgers.ledger(channel),
    orderer,
    settings: () => ({
      organisations: identities.organisations().map((mspId) => inConfig(identities.organisation(mspId), config.tls)),
      orderer: inConfig(identities.orderer, config.tls),
      // The one that was asked for: another one, where that is in use, would be a new configuration at each start.
      ordererAddress: config.ordererListenAddress.endsWith(':0') ? undefined : config.ordererListenAddress,
      batch,
      capabilities: config.capabilities,
    }),
    signer: () => identities.orderer.node,
  })
  const configureAll = async () => {
    await Promise.all(names().map((channel) => configs.configure(channel)))
  }
  const emitHeight = (channel: string) =>
    emit({ type: 'channel.height', channel, height: ledgers.ledger(channel).height() })

  const channels: Channels = {
    names,
    find,
    get(channel) {
      const ledger = find(channel)
      if (ledger === undefined) throw new PeerError('CHANNEL_UNKNOWN', { channel, known: names() })
      return ledger
    },
    committer,
    orderer,
    async open(channel) {
      await configs.configure(channel)
      if (find(channel) === undefined) emitHeight(channel)
    },
    async join(channel, genesis) {
      await ledgers.ledger(channel).join(genesis)
      emitHeight(channel)
    },
    configureAll,
    batch: () => batch,
    async setOrderer(changed) {
      batch = { ...batch, ...changed }
      for (const running of orderers.values()) running.configure(batch)
      emit({ type: 'orderer', orderer: changed })
      await configureAll()
    },
  }
  for (const channel of await ledgers.channels()) await channels.open(channel)
  return channels
}

/** A channel tells the TLS root of those whose nodes speak TLS. */
function inConfig({ mspId, caCertificates, tlsRoot }: OrganisationMSP, tls: boolean): OrganisationMSP {
  return { mspId, caCertificates, tlsRoot: tls ? tlsRoot : undefined }
}
