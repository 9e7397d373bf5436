import type { ChaincodeState } from './chaincode-state.ts'
import type { Millis } from './time.ts'
import type { PeerErrorData } from './error.ts'
import type { ExportLayout } from './export.ts'

/**
 * Everything a door shows of a peer. It changes only by `apply(state, event)`, the same pure function in the core, the
 * renderer, the command line and the tests. Bulk data (log lines, calls, world state) isn't here: doors page it through
 * the api, and its latest number here announces changes.
 */
export interface PeerState {
  /** Number of the last event applied; 0 in the snapshot of a new peer. */
  seq: number
  peer: { version: string; pid: number; startedAt: Millis; dataDir: string; mspId: string }
  /** The line of Fabric whose peer this is, and what its channels require. */
  fabric: FabricState
  listener: ListenerState
  /** Where client applications connect. */
  services: ServicesState
  /** The Fabric CA of each organisation, by MSP id; empty if none is served. */
  authorities: Record<string, AuthorityState>
  /** Folders whose files, written by an export, name addresses where this peer isn't. */
  outdatedExports: OutdatedExport[]
  /** When blocks are cut, on every channel. */
  orderer: OrdererState
  /** Channel name → its ledger. */
  channels: Record<string, ChannelState>
  /** Chaincode name → chaincode, in the order opened. A name is unique in a peer. */
  chaincodes: Record<string, ChaincodeState>
  /** The tools a chaincode may need, and whether this machine has them. */
  tools: Record<ToolName, ToolState>
  logs: LogsState
  calls: { count: number }
  identities: IdentitiesState
  /** Newest last, at most 20: problems that concern no open chaincode. */
  notices: Notice[]
}

/** `version`: 2.5 or 3.1. The capabilities are the channels' and their applications', `V3_0` and `V2_5`. */
export interface FabricState {
  version: string
  capabilities: { channel: string; application: string }
}

/** Who can call. The identities themselves are read through the api. */
export interface IdentitiesState {
  /** MSP ids, the peer's own first. */
  organisations: string[]
  /** The identity of calls that name none: `User1@Org1MSP`. */
  default: string
  /** Number of changes to organisations and identities since the peer started. */
  changes: number
}

/** The listener that chaincode connects to: gRPC, protos.ChaincodeSupport/Register. */
export type ListenerState =
  | { state: 'starting'; wanted: string }
  /** `address` differs from `wanted` if that port was taken. */
  | { state: 'listening'; address: string; wanted: string }
  | { state: 'failed'; wanted: string; error: PeerErrorData }

/** The addresses of the peer of each organisation, by MSP id, and of the orderer; empty if none is served. */
export interface ServicesState {
  peers: Record<string, string>
  orderer?: string | undefined
  /** The addresses that were asked for. One that was taken differs from the address above; port 0 takes any. */
  wanted: { peers: Record<string, string>; orderer?: string | undefined }
  /** `mutual`: clients need a certificate that an organisation's TLS CA has signed. */
  tls: 'none' | 'server' | 'mutual'
}

/**
 * `url`: `http://127.0.0.1:7054`, or `https:`; it differs from `wanted` if that port was taken. `name`: what clients may
 * call it, `ca-org1`.
 */
export interface AuthorityState {
  url: string
  wanted: string
  name: string
}

/** `error`: EXPORT_OUTDATED, with the addresses that aren't served. */
export interface OutdatedExport {
  folder: string
  layout: ExportLayout
  error: PeerErrorData
}

/** `batchTimeout` in milliseconds; 0: a block is cut immediately. */
export interface OrdererState {
  batchTimeout: Millis
  maxMessageCount: number
}

export interface ChannelState {
  name: string
  /** Number of blocks. */
  height: number
  lastCommitAt?: Millis | undefined
  /** Changes when the channel is taken to another block, back or forward: what was read of its blocks is out of date. */
  moves?: number | undefined
}

export const toolNames = ['node', 'go', 'java', 'docker'] as const

export type ToolName = (typeof toolNames)[number]

export type ToolState =
  | { state: 'unknown' }
  | { state: 'checking' }
  /** `note`: which one was chosen, if there is a choice: `the docker context colima`. */
  | { state: 'found'; version: string; path?: string; note?: string }
  | { state: 'missing'; error: PeerErrorData }

export interface LogsState {
  /** Number of lines ever received, which is the newest line's sequence number. */
  count: number
  /** Sequence number of the oldest line kept. */
  first: number
}

export interface Notice {
  at: Millis
  error: PeerErrorData
}
