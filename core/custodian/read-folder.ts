import type { OpenChaincode } from '../contract/api.ts'
import type { CheckTrust } from '../contract/trust.ts'
import { readProjects, type Projects } from '../platforms/detect.ts'

/** A chaincode folder that has been read and can be opened. */
export interface FolderToOpen extends Projects {
  args: OpenChaincode
  /** Names of the chaincodes that are to open in their usual mode: neither `args` nor slipway.yaml specifies one. */
  inUsualMode: ReadonlySet<string>
  /** Also asked whenever slipway.yaml changes. Absent: everything it wants is allowed. */
  checkTrust: CheckTrust | undefined
}

/**
 * Read a folder once, both for its peer's settings and for opening it.
 * @throws PeerError what readProjects throws
 */
export async function readFolder(args: OpenChaincode, checkTrust?: CheckTrust): Promise<FolderToOpen> {
  const { folder, watch: _watch, launch: _launch, ...overrides } = args
  const inUsualMode = new Set<string>()
  const usualMode = (name: string) => {
    inUsualMode.add(name)
    return 'dev' as const
  }
  const read = await readProjects(folder, overrides, { usualMode, checkTrust })
  return { ...read, args, inUsualMode, checkTrust }
}
