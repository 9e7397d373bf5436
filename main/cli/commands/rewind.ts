import { PeerError } from '../../../core/contract/error.ts'
import type { Moved } from '../../../core/contract/undo.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say } from '../../host/say.ts'
import type { CheckpointsDocument, ComparedDocument, MovedDocument } from '../terminal/documents.ts'
import { print } from '../terminal/print.ts'
import { folderAndName, withChannel } from './folder-channel.ts'
import type { CompareOptions, RewindOptions } from './options.ts'

/** The most that are compared at once. */
const MOST_CHANGES = 1000
/** Of a branch: 32 bytes in hexadecimal. */
const BRANCH = /^[0-9a-f]{64}$/

/** `slipway rewind [FOLDER] HEIGHT|CHECKPOINT|BRANCH`: take the folder's channel there, back or forward. */
export function rewind(words: string[], options: RewindOptions): Promise<number> {
  const [folder, to] = folderAndName(words)
  if (to === undefined) throw new PeerError('USAGE', { message: 'A rewind needs a height, a checkpoint or a branch.' })
  return withChannel(folder, options, async ({ api, channel }) => {
    if (BRANCH.test(to)) tell(channel, await api.restoreBranch({ channel, id: to }), options)
    else if (/^\d+$/.test(to)) tell(channel, await api.rewind({ channel, height: Number(to) }), options)
    else tell(channel, await api.restoreCheckpoint({ channel, name: to }), options)
  })
}

/** `slipway reset [FOLDER]`: take everything back but configuration and definitions. */
export function reset(folder: string, options: RewindOptions): Promise<number> {
  return withChannel(folder, options, async ({ api, channel }) =>
    tell(channel, await api.resetChannel({ channel }), options),
  )
}

/** `slipway compare [FOLDER] POINT`: what differs between the state there and as it is now, or at another point. */
export function compare(words: string[], { to, ...options }: CompareOptions): Promise<number> {
  const [folder, from] = folderAndName(words)
  if (from === undefined)
    throw new PeerError('USAGE', { message: 'A comparison needs a height, a checkpoint or a branch.' })
  return withChannel(folder, options, async ({ api, channel }) => {
    const compared = await api.compareStates(withoutUndefined({ channel, from, to, limit: MOST_CHANGES }))
    print({ channel, ...compared } satisfies ComparedDocument, options)
    const { total, changes } = compared
    if (total > changes.length) say(`${total} keys differ; these are the first ${changes.length}.`)
  })
}

/** `slipway checkpoint [FOLDER] NAME`: name a height, take a name away, or list what there is. */
export function checkpoint(words: string[], options: RewindOptions): Promise<number> {
  const [folder, name] = options.list === true ? [words[0] ?? '.'] : folderAndName(words)
  if (options.height !== undefined && !/^\d{1,15}$/.test(options.height))
    throw new PeerError('USAGE', { message: '--height takes a number of blocks.' })
  const height = options.height === undefined ? undefined : Number(options.height)
  return withChannel(folder, options, async ({ api, channel }) => {
    if (name === undefined) {
      const [checkpoints, branches] = await Promise.all([
        api.readCheckpoints({ channel }),
        api.readBranches({ channel }),
      ])
      print({ channel, checkpoints, branches } satisfies CheckpointsDocument, options)
    } else if (options.remove === true) await api.removeCheckpoint({ channel, name })
    else print(await api.setCheckpoint(withoutUndefined({ channel, name, height })), options)
  })
}

function tell(channel: string, moved: Moved, options: RewindOptions): void {
  print({ channel, ...moved } satisfies MovedDocument, options)
  if (moved.branch !== undefined)
    say(`What was taken back is kept. To restore it: slipway rewind FOLDER ${moved.branch}`)
}
