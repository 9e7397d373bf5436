import { MAX_CHECKPOINT_NAME } from '../checkpoint-name.ts'

/** Taking a channel back to an earlier block, and forward again. */
export const undoErrors = {
  REWIND_HEIGHT: (d: { channel: string; height: number; present: number }) => ({
    what: `${d.channel} can't go back to ${d.height} blocks.`,
    why:
      d.height === 0
        ? 'Its first block configures it. Without that block there is no channel.'
        : `A height is a whole number from 1 to the present one, and ${d.channel} has ${d.present} blocks.`,
    do: 'Choose a height in that range. To begin again, `slipway reset` leaves only the definitions.',
  }),
  REWIND_TOO_FAR: (d: { channel: string; height: number; oldest: number }) => ({
    what: `${d.channel} can't go back to ${d.height} blocks.`,
    why: `An older Slipway wrote block ${d.oldest - 1}, and it didn't note how to take blocks back.`,
    do: `Choose ${d.oldest} blocks or more. To start from nothing, delete the folder .slipway.`,
  }),
  PAST_STATE_FAR: (d: { channel: string; limit: 'bytes' | 'time' }) => ({
    what: `Slipway stopped looking for the state of ${d.channel} at that point.`,
    why: {
      bytes: 'What was written between that point and now takes more memory than Slipway gives to this.',
      time: 'To go through what was written between that point and now takes more than half a minute.',
    }[d.limit],
    do: 'Choose a point with fewer blocks in between, or set a checkpoint there and rewind to it: what is taken back is kept.',
  }),
  REWIND_STOPPED: (d: { channel: string; height: number; wanted: number; message: string }) => ({
    what: `Slipway couldn't take ${d.channel} to ${d.wanted} blocks. It now has ${d.height}, and all of them are sound.`,
    why: d.message,
    do: 'Check the disk, then try again: nothing is lost.',
  }),
  BRANCH_UNKNOWN: (d: { channel: string; id: string }) => ({
    what: `${d.channel} has no branch ${d.id}.`,
    why: 'It was restored or removed, or the id is wrong.',
    do: 'Look at the branches of the channel and choose one of them.',
  }),
  CHECKPOINT_UNKNOWN: (d: { channel: string; name: string; known: readonly string[] }) => ({
    what: `${d.channel} has no checkpoint ${d.name}.`,
    why: d.known.length === 0 ? 'It has none at all.' : `It has: ${d.known.join(', ')}.`,
    do: 'Use the name of a checkpoint, or set one with `slipway checkpoint`.',
  }),
  CHECKPOINT_TAKEN: (d: { channel: string; name: string; height: number }) => ({
    what: `${d.channel} already has a checkpoint ${d.name}.`,
    why: `It stands for the state after ${d.height} blocks.`,
    do: 'Choose another name, or remove that checkpoint first.',
  }),
  CHECKPOINT_NAME: (d: { name: string; problem: 'empty' | 'long' | 'characters' | 'number' }) => ({
    what: 'A checkpoint can’t have this name.',
    why: {
      empty: 'It is empty.',
      long: `It has more than ${MAX_CHECKPOINT_NAME} characters.`,
      characters: 'It has control characters, or spaces at its beginning or end.',
      number: 'A number stands for a height.',
    }[d.problem],
    do: `Use a name of 1 to ${MAX_CHECKPOINT_NAME} characters, for example "before the sale".`,
  }),
}
