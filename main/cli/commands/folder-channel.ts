import { resolve } from 'node:path'
import type { PeerApi } from '../../../core/contract/api.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { dataDirOf, type ChannelOptions as Options } from './options.ts'

/** A folder's channel, in the peer that runs or in one without a running chaincode. */
interface Target {
  api: PeerApi
  channel: string
}

interface ChannelOptions extends Options {
  /** The folder's chaincodes are defined on it first, if nobody did so before. */
  defined?: boolean
}

/** The folder may be left out: it is this one then. */
export function folderAndName([first = '.', second]: string[]): [folder: string, name: string | undefined] {
  return second === undefined ? ['.', first] : [first, second]
}

/**
 * Work with the channel of the peer that runs for the folder, or of one that is started for it and launches nothing.
 * Throws what starting it throws, and CHANNEL_UNKNOWN later where the folder has no ledger yet.
 */
export async function withChannel(
  folder: string,
  options: ChannelOptions,
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
  const { startPeer, readFolder } = await import('../../../core/index.ts')
  const read = await readFolder({ folder: resolve(folder), launch: false, watch: false })
  await using peer = await startPeer({
    ...read.peer,
    dataDir,
    chaincodeListenAddress: '127.0.0.1:0',
    listenAddress: undefined,
    prewarm: false,
  })
  if (options.defined === true) await peer.open(read)
  const subscription = peer.subscribe(() => undefined)
  subscription.unsubscribe()
  await work({ api: peer.api, channel: await channelOf(folder, subscription.state, options) })
  return exitCode.good
}

/** The one it names, the only one there is, or the one of the folder's first chaincode. */
async function channelOf(folder: string, state: PeerState | undefined, { channel }: ChannelOptions): Promise<string> {
  if (channel !== undefined) return channel
  const channels = Object.keys(state?.channels ?? {})
  if (channels.length === 1 && channels[0] !== undefined) return channels[0]
  const { readProjects } = await import('../../../core/index.ts')
  const { projects } = await readProjects(folder)
  return projects[0]?.channels[0] ?? ''
}
