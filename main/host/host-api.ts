import { peerCommands, type Api, type OpenChaincode, type PeerApi } from '../../core/contract/api.ts'
import { apiOver } from '../../core/contract/command.ts'
import type { Peer } from '../../core/index.ts'
import type { CommandsUnderWay } from './busy.ts'
import { listFolders } from './list-folders.ts'
import { openInEditor } from './open-in-editor.ts'
import { openFolders } from './running-peer.ts'
import { sampleFolder } from './samples.ts'
import type { TrustQuestion } from './trust-question.ts'

export interface HostApiParts {
  commands: CommandsUnderWay
  question: TrustQuestion
  /** The running peer. Throws the reason if none is running. */
  peer(): Peer
  /** Of the machine, whether a peer is running or not. */
  checkTools: PeerApi['checkTools']
  open(folder: string, signal: AbortSignal | undefined): Promise<void>
  chooseFolder(): Promise<string | undefined>
  recentFolders(): Promise<string[]>
}

/** The whole api: the peer's commands go to whichever peer is running, the rest are the host's own. */
export function hostApi({
  commands,
  question,
  peer,
  checkTools,
  open,
  chooseFolder,
  recentFolders,
}: HostApiParts): Api {
  const add = async (args: OpenChaincode) => {
    const { readFolder } = await import('../../core/index.ts')
    return peer().open(await readFolder(args, question.check))
  }
  return {
    ...apiOver(peerCommands, (name, args, signal) => commands.count(name, async () => peer().api[name](args, signal))),
    openChaincode: (args) =>
      commands.count('openChaincode', () =>
        question.asking(
          () => add(args),
          async () => [(await add(args)).name],
        ),
      ),
    packageChaincode: (args, signal) =>
      commands.count('packageChaincode', async () => {
        if ('folder' in args && question.check !== undefined) {
          const { readProjects } = await import('../../core/index.ts')
          await readProjects(args.folder, {}, { checkTrust: question.check })
        }
        return peer().api.packageChaincode(args, signal)
      }),
    trustFolder: async (answer) => ({ names: await question.trust(answer) }),
    refuseFolder: async () => question.refuse(),
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
