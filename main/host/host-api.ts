import { peerCommands, type Api, type PeerApi } from '../../core/contract/api.ts'
import { apiOver } from '../../core/contract/command.ts'
import type { Peer } from '../../core/index.ts'
import type { CommandsUnderWay } from './busy.ts'
import { listFolders } from './list-folders.ts'
import { openInEditor } from './open-in-editor.ts'
import { openFolders } from './running-peer.ts'
import { sampleFolder } from './samples.ts'

export interface HostApiParts {
  commands: CommandsUnderWay
  /** The running peer. Throws the reason if none is running. */
  peer(): Peer
  /** Of the machine, whether a peer is running or not. */
  checkTools: PeerApi['checkTools']
  open(folder: string, signal: AbortSignal | undefined): Promise<void>
  chooseFolder(): Promise<string | undefined>
  recentFolders(): Promise<string[]>
}

/** The whole api: the peer's commands go to whichever peer is running, the rest are the host's own. */
export function hostApi({ commands, peer, checkTools, open, chooseFolder, recentFolders }: HostApiParts): Api {
  return {
    ...apiOver(peerCommands, (name, args, signal) => commands.count(name, async () => peer().api[name](args, signal))),
    checkTools,
    openFolder: ({ folder }, signal) => open(folder, signal),
    openSample: async (_args, signal) => open(await sampleFolder(), signal),
    chooseFolder: async () => {
      const folder = await chooseFolder()
      return folder === undefined ? undefined : { folder }
    },
    listFolders: ({ folder }) => listFolders(folder),
    recentFolders: () => recentFolders(),
    openInEditor: async (place) => openInEditor(place, openFolders(peer())),
  }
}
