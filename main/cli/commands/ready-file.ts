import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { PeerError } from '../../../core/contract/error.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import { movedServices, type MovedService } from '../../../core/contract/moved-services.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { Announcement } from '../../host/host.ts'
import { messageOf } from '../../../core/contract/error-message.ts'

/** What `slipway run --ready-file` writes, for test suites in any language. */
export interface ReadyReport {
  pid: number
  /** The first one's name. */
  chaincode: string
  chaincodes: Pick<ChaincodeState, 'name' | 'version' | 'channel' | 'folder' | 'mode'>[]
  dataDir: string
  /** Where client applications reach the peer of each organisation, by MSP id, and the orderer. */
  peers: Record<string, string>
  orderer: string | undefined
  /** Whether they speak TLS, and whether clients need a certificate. */
  tls: PeerState['services']['tls']
  /** The peer of its own organisation. */
  peer: string | undefined
  /** Those that aren't where they were asked for, because another program has that port. */
  moved: MovedService[]
  /** The URL of the Fabric CA of its own organisation, and of each organisation's, by MSP id. */
  ca: string | undefined
  authorities: Record<string, string>
  /** Holds what `slipway export` writes, for client applications. */
  exported?: string
  /** The wire, and its bearer token. */
  door: Announcement
  /** Slipway's own. */
  version: string
}

export interface ReadyFile {
  /** Written whole at once, so that nobody reads half of it. */
  write(report: ReadyReport): Promise<void>
  /** Unless another Slipway has overwritten it. */
  remove(): Promise<void>
}

/**
 * Check that the file can be written, before anything is launched for it, and remove what an earlier run left there: it
 * would tell a suite that this run is ready.
 * @throws PeerError READY_FILE_UNWRITABLE
 */
export async function claimReadyFile(file: string): Promise<ReadyFile> {
  const draft = `${file}.${process.pid}`
  const failing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined)
      throw unwritable(file, messageOf(error), error)
    }
  }
  const before = await failing(readIfThere(file))
  // A mistyped path must not cost the author a file. `mktemp` makes an empty one.
  if (before !== undefined && before.trim() !== '' && pidIn(before) === undefined) {
    throw unwritable(file, 'A file is there that isn’t a ready file, and Slipway doesn’t overwrite it.')
  }
  await failing(writeFile(draft, '', { mode: 0o600 }))
  await failing(rm(draft))
  await failing(rm(file, { force: true }))
  return {
    async write(report) {
      // It holds the door's token: for its owner only.
      await failing(writeFile(draft, `${JSON.stringify(report)}\n`, { mode: 0o600 }))
      await failing(rename(draft, file))
    },
    async remove() {
      const now = await failing(readIfThere(file))
      if (now !== undefined && pidIn(now) === process.pid) await failing(rm(file, { force: true }))
    },
  }
}

/** What to report of a peer whose chaincodes are all ready. */
export function readyReport(state: PeerState, door: Announcement): ReadyReport {
  const { peer, chaincodes, services, authorities } = state
  const open = Object.values(chaincodes)
  return {
    pid: process.pid,
    chaincode: open[0]?.name ?? '',
    chaincodes: open.map(({ name, version, channel, folder, mode }) => ({ name, version, channel, folder, mode })),
    dataDir: peer.dataDir,
    peer: services.peers[peer.mspId],
    peers: services.peers,
    orderer: services.orderer,
    moved: movedServices(state),
    ca: authorities[peer.mspId]?.url,
    authorities: Object.fromEntries(Object.entries(authorities).map(([mspId, { url }]) => [mspId, url])),
    tls: services.tls,
    door,
    version: peer.version,
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The process that a ready file names; undefined if the text isn't one. */
function pidIn(text: string): number | undefined {
  try {
    const { pid, chaincode, door } = JSON.parse(text) as Partial<ReadyReport>
    return typeof pid === 'number' && typeof chaincode === 'string' && typeof door === 'object' ? pid : undefined
  } catch {
    return undefined
  }
}

function unwritable(file: string, reason: string, cause?: unknown): PeerError {
  return new PeerError('READY_FILE_UNWRITABLE', { file, reason }, { cause })
}
