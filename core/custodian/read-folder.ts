import type { OpenChaincode } from '../contract/api.ts'
import { readProjects, type Projects } from '../platforms/detect.ts'

/** A chaincode folder that has been read and can be opened. */
export interface FolderToOpen extends Projects {
  args: OpenChaincode
  /** Names of the chaincodes that are to open in their usual mode: neither `args` nor slipway.yaml specifies one. */
  inUsualMode: ReadonlySet<string>
}

/**
 * Read a folder once, both for its peer's settings and for opening it.
 * @throws PeerError what readProjects throws
 */
export async function readFolder(args: OpenChaincode): Promise<FolderToOpen> {
  const { folder, watch: _watch, launch: _launch, ...overrides } = args
  const inUsualMode = new Set<string>()
  const read = await readProjects(folder, overrides, (name) => {
    inUsualMode.add(name)
    return 'dev'
  })
  return { ...read, args, inUsualMode }
}
