import { PeerError } from '../../../core/contract/error.ts'
import type { CheckTrust } from '../../../core/contract/trust.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { say } from '../../host/say.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print, printError } from '../terminal/print.ts'
import { dataDirOf, type CleanOptions } from './options.ts'

/**
 * `slipway clean [FOLDER]`: remove the containers and images that net mode made for a folder, or with `--all` for any
 * folder. Lists them as one JSON document on stdout. The ledger stays, and a running Slipway keeps what it uses.
 */
export async function clean(folder: string, options: CleanOptions, signal: AbortSignal): Promise<number> {
  try {
    const { cleanDocker } = await import('../../../core/index.ts')
    const endpoint = options.endpoint ?? (await endpointOf(folder, options))
    const engine = withoutUndefined({ endpoint })
    if (options.all === true) {
      report(await cleanDocker({ all: true, ...engine }, signal))
      return exitCode.good
    }
    const dataDir = dataDirOf(folder, options)
    if (options.after !== undefined) {
      const succeeded = async () => (await readPeerFile(dataDir)) !== undefined
      report(await cleanDocker({ dataDir, after: options.after, succeeded, ...engine }, signal))
      return exitCode.good
    }
    const running = await readPeerFile(dataDir)
    if (running !== undefined) throw new PeerError('STILL_RUNNING', { dataDir, pid: running.pid })
    report(await cleanDocker({ dataDir, ...engine }, signal))
    return exitCode.good
  } catch (error) {
    return printError(error, signal)
  }
}

/** The engine that the folder's slipway.yaml names. A folder that is no longer a chaincode can be cleaned too. */
async function endpointOf(folder: string, { trust }: CleanOptions): Promise<string | undefined> {
  const { readProjects } = await import('../../../core/index.ts')
  const { check } = trustedFolders({ trustsAll: trust })
  // Nothing else of what slipway.yaml wants is done here.
  const checkTrust: CheckTrust = ({ demands, ...folder }) =>
    check({ ...folder, demands: demands.filter(({ key }) => key === 'peer.vm.endpoint') })
  try {
    const { peer } = await readProjects(folder, {}, { checkTrust })
    return peer?.vm?.docker?.endpoint
  } catch (error) {
    if (PeerError.from(error).code.startsWith('FOLDER_')) return undefined
    throw error
  }
}

function report({ containers, images, left }: { containers: string[]; images: string[]; left: number[] }): void {
  print({ containers, images, left })
  for (const name of containers) say(`removed container ${name}`)
  for (const name of images) say(`removed image ${name}`)
  if (containers.length + images.length === 0) say('Nothing to remove.')
  for (const pid of left) say(`kept what the running Slipway of process ${pid} uses`)
}
