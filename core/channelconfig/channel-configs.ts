import type { Ledger } from '../ledger/ledger.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import type { Orderer } from '../orderer/orderer.ts'
import { Config } from '../protos/config.ts'
import { channelGroup, type ChannelSettings } from './channel-group.ts'
import { configEnvelope, genesisBlock } from './config-block.ts'

export interface ChannelConfigsParts {
  ledger(channel: string): Ledger
  orderer(channel: string): Pick<Orderer, 'orderConfig'>
  /** The peer's present setup. */
  settings(): ChannelSettings
  /** Signs configurations. */
  signer(): SigningIdentity
}

/** Keeps the channels' configuration in line with this peer's setup: on a real network an administrator does that. */
export interface ChannelConfigs {
  /**
   * Begin an empty channel with a genesis block; give any other a new configuration, in a block of its own, if its
   * present one differs. Resolves once that is committed. Throws LEDGER_READ, LEDGER_WRITE, LEDGER_CLOSED.
   */
  configure(channel: string): Promise<void>
}

export function channelConfigs({ ledger, orderer, settings, signer }: ChannelConfigsParts): ChannelConfigs {
  const turns = new Map<string, Promise<void>>()

  const update = async (channel: string): Promise<void> => {
    const group = channelGroup(settings())
    const channelLedger = ledger(channel)
    if (channelLedger.height() === 0) {
      await channelLedger.join(genesisBlock(channel, group).serializeBinary())
      return
    }
    const before = channelLedger.blocks.config()
    const bytes = before?.getChannelGroup()?.serializeBinary()
    if (bytes !== undefined && Buffer.compare(bytes, group.serializeBinary()) === 0) return
    const config = new Config()
    config.setSequence((before?.getSequence() ?? 0) + 1)
    config.setChannelGroup(group)
    await orderer(channel).orderConfig(configEnvelope(channel, config, signer()))
  }

  return {
    configure(channel) {
      // One after another: two that find the channel empty would both begin it.
      const turn = (turns.get(channel) ?? Promise.resolve()).catch(() => undefined).then(() => update(channel))
      turns.set(channel, turn)
      return turn
    },
  }
}
