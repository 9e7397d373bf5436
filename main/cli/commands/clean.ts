import { PeerError } from '../../../core/contract/error.ts'
import { exitCode, exitCodeOfError } from '../terminal/exit-code.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { errorDocument, print, say, sayError } from '../terminal/print.ts'
import { dataDirOf, type CleanOptions } from './options.ts'

/**
 * `slipway clean [FOLDER]`: remove the containers and images that net mode made for a folder, `--all`: for any. One
 * JSON document on stdout says which. The ledger stays, and a Slipway that runs keeps what it uses.
 */
export async function clean(folder: string, options: CleanOptions, signal: AbortSignal): Promise<number> {
  try {
    const { cleanDocker } = await import('../../../core/index.ts')
    const endpoint = await endpointOf(folder)
    const engine = endpoint === undefined ? {} : { endpoint }
    if (options.all === true) {
      const cleaned = await cleanDocker({ all: true, ...engine }, signal)
      tell(cleaned)
      return exitCode.good
    }
    const dataDir = dataDirOf(folder, options)
    const running = await readPeerFile(dataDir)
    if (running !== undefined) throw new PeerError('STILL_RUNNING', { dataDir, pid: running.pid })
    tell(await cleanDocker({ dataDir, ...engine }, signal))
    return exitCode.good
  } catch (error) {
    print(errorDocument(error))
    // Whoever interrupted it knows.
    if (!signal.aborted) sayError(error)
    return exitCodeOfError(PeerError.from(error).code)
  }
}

/** The engine that the folder's slipway.yaml names. A folder that holds no chaincode any more may still be cleaned. */
async function endpointOf(folder: string): Promise<string | undefined> {
  const { readProjects } = await import('../../../core/index.ts')
  try {
    const { peer } = await readProjects(folder)
    return peer?.vm?.docker?.endpoint
  } catch (error) {
    if (PeerError.from(error).code.startsWith('FOLDER_')) return undefined
    throw error
  }
}

function tell({ containers, images, left }: { containers: string[]; images: string[]; left: number[] }): void {
  print({ containers, images, left })
  for (const name of containers) say(`removed container ${name}`)
  for (const name of images) say(`removed image ${name}`)
  if (containers.length + images.length === 0) say('There was nothing to remove.')
  for (const pid of left) say(`left what the Slipway of process ${pid} uses: it runs`)
}
