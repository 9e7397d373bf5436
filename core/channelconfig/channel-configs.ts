import type { Ledger } from '../ledger/ledger.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import type { Orderer } from '../orderer/orderer.ts'
import { Config } from '../protos/config.ts'
import { channelGroup, type ChannelSettings } from './channel-group.ts'
import { configEnvelope, genesisBlock } from './config-block.ts'

export interface ChannelConfigsParts {
  ledger(channel: string): Ledger
  orderer(channel: string): Pick<Orderer, 'orderConfig'>
  /** As the peer is set up now. */
  settings(): ChannelSettings
  /** Signs configurations. */
  signer(): SigningIdentity
}

/** Keeps the configuration of channels as this peer is set up: on a real network an administrator does. */
export interface ChannelConfigs {
  /**
   * Begin the channel with a genesis block where it has none; else give it a new configuration, in a block of its own,
   * where it has another one. Resolves once that is committed. Throws LEDGER_READ, LEDGER_WRITE, LEDGER_CLOSED.
   */
  configure(channel: string): Promise<void>
}

export function channelConfigs({ ledger, orderer, settings, signer }: ChannelConfigsParts): ChannelConfigs {
  const turns = new Map<string, Promise<void>>()

  const bring = async (channel: string): Promise<void> => {
    const group = channelGroup(settings())
    const chain = ledger(channel)
    if (chain.height() === 0) {
      await chain.join(genesisBlock(channel, group).serializeBinary())
      return
    }
    const before = chain.blocks.config()
    const bytes = before?.getChannelGroup()?.serializeBinary()
    if (bytes !== undefined && Buffer.compare(bytes, group.serializeBinary()) === 0) return
    const config = new Config()
    config.setSequence((before?.getSequence() ?? 0) + 1)
    config.setChannelGroup(group)
    await orderer(channel).orderConfig(configEnvelope(channel, config, signer()))
  }

  return {
    configure(channel) {
      // One after another: two that find no block would both begin the channel.
      const turn = (turns.get(channel) ?? Promise.resolve()).catch(() => undefined).then(() => bring(channel))
      turns.set(channel, turn)
      return turn
    },
  }
}
