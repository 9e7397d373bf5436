import { PeerError } from '../../../core/contract/error.ts'
import type { Moved } from '../../../core/contract/undo.ts'
import { say } from '../../host/say.ts'
import type { CheckpointsDocument, MovedDocument } from '../terminal/documents.ts'
import { print } from '../terminal/print.ts'
import { folderAndName, withChannel } from './folder-channel.ts'
import type { RewindOptions } from './options.ts'

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

/** `slipway checkpoint [FOLDER] NAME`: name the present height, take a name away, or list what there is. */
export function checkpoint(words: string[], options: RewindOptions): Promise<number> {
  const [folder, name] = options.list === true ? [words[0] ?? '.'] : folderAndName(words)
  return withChannel(folder, options, async ({ api, channel }) => {
    if (name === undefined) {
      const [checkpoints, branches] = await Promise.all([
        api.readCheckpoints({ channel }),
        api.readBranches({ channel }),
      ])
      print({ channel, checkpoints, branches } satisfies CheckpointsDocument, options)
    } else if (options.remove === true) await api.removeCheckpoint({ channel, name })
    else print(await api.setCheckpoint({ channel, name }), options)
  })
}

function tell(channel: string, moved: Moved, options: RewindOptions): void {
  print({ channel, ...moved } satisfies MovedDocument, options)
  if (moved.branch !== undefined)
    say(`What was taken back is kept. To restore it: slipway rewind FOLDER ${moved.branch}`)
}
