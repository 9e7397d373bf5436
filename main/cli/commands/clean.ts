import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PeerError } from '../../../core/contract/error.ts'
import type { CheckTrust } from '../../../core/contract/trust.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { say } from '../../host/say.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import type { CleanDocument } from '../terminal/documents.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { newLongWork } from '../terminal/long-work.ts'
import { print, printError, type PrintOptions } from '../terminal/print.ts'
import { dataDirOf, type CleanOptions } from './options.ts'

/**
 * `slipway clean [FOLDER]`: remove the containers and images that net mode made for a folder, or with `--all` for any
 * folder. Lists them as one JSON document on stdout. The ledger stays, and a running Slipway keeps what it uses.
 */
export async function clean(folder: string, options: CleanOptions, signal: AbortSignal): Promise<number> {
  const long = newLongWork(say)
  try {
    long.begins('removing containers and images')
    const { cleanDocker } = await import('../../../core/index.ts')
    if (options.all !== true) await checkExists(folder, options)
    const endpoint = await endpointOf(folder, options)
    const engine = withoutUndefined({ endpoint })
    if (options.all === true) {
      report(await cleanDocker({ all: true, ...engine }, signal), options)
      return exitCode.good
    }
    const dataDir = dataDirOf(folder, options)
    const running = await readPeerFile(dataDir)
    if (running !== undefined) throw new PeerError('STILL_RUNNING', { dataDir, pid: running.pid })
    report(await cleanDocker({ dataDir, ...engine }, signal), options)
    return exitCode.good
  } catch (error) {
    return printError(error, signal, options)
  } finally {
    long.close()
  }
}

/**
 * What isn't there can't be told from a mistyped path. What a deleted folder left is found by its data folder's path,
 * or with the others that nobody runs.
 */
async function checkExists(folder: string, { dataDir }: CleanOptions): Promise<void> {
  if (dataDir !== undefined || (await stat(folder).catch(() => undefined))?.isDirectory() === true) return
  const advice = 'Check the path. If you deleted the folder, `slipway clean --all` removes what it left.'
  throw new PeerError('FOLDER_MISSING', { folder: resolve(folder), do: advice })
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

function report({ containers, images, left }: CleanDocument, options: PrintOptions): void {
  print({ containers, images, left } satisfies CleanDocument, options)
  for (const name of containers) say(`removed container ${name}`)
  for (const name of images) say(`removed image ${name}`)
  if (containers.length + images.length === 0) say('Nothing to remove.')
  for (const pid of left) say(`kept what the running Slipway of process ${pid} uses`)
}
