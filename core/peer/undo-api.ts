import { PeerError } from '../contract/error.ts'
import type { ApiOf } from '../contract/command.ts'
import type { Moved, undoCommands } from '../contract/undo.ts'
import { now } from '../facts/clock.ts'
import type { PeerFacts } from '../facts/facts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { heightOfSetup } from '../scc/answers/height-of-setup.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'

/** Taking a channel back to an earlier block and forward again, between two blocks. */
export function undoApi(
  { emit }: PeerFacts,
  channels: Channels,
  { redefine }: Pick<ChaincodeSide, 'redefine'>,
): ApiOf<typeof undoCommands> {
  const between = <T>(channel: string, work: (ledger: Ledger) => Promise<T>): Promise<T> => {
    const ledger = channels.get(channel)
    return channels.orderer(channel).between(() => work(ledger))
  }
  const move = async (channel: string, how: (ledger: Ledger) => Promise<Moved>): Promise<Moved> => {
    const moved = await between(channel, async (ledger) => {
      const before = ledger.undo.moves()
      try {
        return await how(ledger)
      } finally {
        // A move that stopped in the middle has moved the channel too.
        const moves = ledger.undo.moves()
        if (moves !== before) emit({ type: 'channel.height', channel, height: ledger.height(), moves })
      }
    })
    try {
      await redefine(channel)
    } catch (error) {
      emit({ type: 'notice', notice: { at: now(), error: PeerError.from(error).toJSON() } })
    }
    return { ...moved, height: channels.get(channel).height() }
  }
  return {
    rewind: ({ channel, height, keep }) => move(channel, ({ undo }) => undo.rewind(height, { keep })),
    resetChannel: ({ channel, keep }) => move(channel, (ledger) => ledger.undo.rewind(heightOfSetup(ledger), { keep })),
    readBranches: async ({ channel }) => channels.get(channel).undo.branches(),
    restoreBranch: ({ channel, id }) => move(channel, ({ undo }) => undo.restore(id)),
    removeBranch: async ({ channel, id }) => between(channel, ({ undo }) => undo.removeBranch(id)),
    setCheckpoint: async ({ channel, name, height }) =>
      between(channel, ({ undo }) => undo.setCheckpoint(name, height)),
    removeCheckpoint: async ({ channel, name }) => between(channel, ({ undo }) => undo.removeCheckpoint(name)),
    readCheckpoints: async ({ channel }) => channels.get(channel).undo.checkpoints(),
    compareStates: async ({ channel, ...points }) => channels.get(channel).compareStates(points),
    restoreCheckpoint: ({ channel, name, keep }) => move(channel, ({ undo }) => undo.goTo(name, { keep })),
  }
}
