import type { Api } from '../../../core/contract/api.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { Moved } from '../../../core/contract/undo.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { say } from '../../host/say.ts'
import type { CheckpointsDocument, MovedDocument } from '../terminal/documents.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print } from '../terminal/print.ts'
import { dataDirOf, type RewindOptions } from './options.ts'

type UndoApi = Pick<
  Api,
  | 'rewind'
  | 'resetChannel'
  | 'restoreBranch'
  | 'restoreCheckpoint'
  | 'readBranches'
  | 'readCheckpoints'
  | 'setCheckpoint'
  | 'removeCheckpoint'
>

/** A folder's channel, in the peer that runs or in one without chaincode. */
interface Target {
  api: UndoApi
  channel: string
}

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

/** The folder may be left out: it is this one then. */
function folderAndName([first = '.', second]: string[]): [folder: string, name: string | undefined] {
  return second === undefined ? ['.', first] : [first, second]
}

function tell(channel: string, moved: Moved, options: RewindOptions): void {
  print({ channel, ...moved } satisfies MovedDocument, options)
  if (moved.branch !== undefined)
    say(`What was taken back is kept. To restore it: slipway rewind FOLDER ${moved.branch}`)
}

/** Work with the channel of the peer that runs for the folder, or of one that is started without its chaincode. */
async function withChannel(
  folder: string,
  options: RewindOptions,
  work: (target: Target) => Promise<void>,
): Promise<number> {
  const dataDir = dataDirOf(folder, options)
  const file = await readPeerFile(dataDir)
  const running = file && (await (await import('../../host/remote-peer.ts')).connectPeer(file))
  if (running !== undefined) {
    try {
      await work({ api: running.api, channel: await channelOf(folder, running.state, options) })
    } finally {
      running.close()
    }
    return exitCode.good
  }
  const { startPeer, readProjects } = await import('../../../core/index.ts')
  const { peer: settings } = await readProjects(folder)
  await using peer = await startPeer({
    ...settings,
    dataDir,
    chaincodeListenAddress: '127.0.0.1:0',
    listenAddress: undefined,
    prewarm: false,
  })
  const subscription = peer.subscribe(() => undefined)
  subscription.unsubscribe()
  await work({ api: peer.api, channel: await channelOf(folder, subscription.state, options) })
  return exitCode.good
}

/** The one it names, the only one there is, or the one of the folder's first chaincode. */
async function channelOf(folder: string, state: PeerState | undefined, { channel }: RewindOptions): Promise<string> {
  if (channel !== undefined) return channel
  const channels = Object.keys(state?.channels ?? {})
  if (channels.length === 1 && channels[0] !== undefined) return channels[0]
  const { readProjects } = await import('../../../core/index.ts')
  const { projects } = await readProjects(folder)
  return projects[0]?.channels[0] ?? ''
}
