import type { PackageRequest, PackageResult } from './package.ts'
import type { LogLine, ReadLogs, LogPage } from './log.ts'
import type { CallRequest, CallResult, CallRecord } from './call.ts'
import type { CollectionDescription, KeyVersion, ReadState, StatePage } from './world-state.ts'
import type { ContractMetadata } from './contract-metadata.ts'
import type { PeerErrorData } from './error.ts'
import type { PeerEvent } from './events.ts'

import type { IdentityApi } from './identity.ts'
import type { Mode, OrdererState, PeerState, StartedBy, ToolName } from './state.ts'

/**
 * Everything a door can ask a peer to do. Every command is cancellable and may throw a PeerError; across a process wall
 * it returns an `Outcome`.
 */
export interface PeerApi extends IdentityApi {
  /** Open a chaincode folder: detect it, define it with _lifecycle, launch it in its mode, watch it. Returns its name. */
  openChaincode(args: OpenChaincode): Promise<{ name: string }>
  closeChaincode(args: { name: string }): Promise<void>
  /** Launch it unless it is running; returns once it is ready. In attached mode it fails at once with NOT_CONNECTED. */
  launch(args: { name: string }): Promise<void>
  /** Build and launch it again; the old one serves until the new one is ready. */
  restart(args: { name: string }): Promise<void>
  stop(args: { name: string }): Promise<void>
  setStartedBy(args: { name: string; startedBy: StartedBy }): Promise<void>
  /**
   * Switch between dev and net. The new one is built and started first; if that fails, the old one keeps serving in its
   * own mode and the error is thrown.
   */
  setMode(args: { name: string; mode: Mode }): Promise<void>
  /** Write the lifecycle package (`label.tar.gz`), which a real peer can install. */
  packageChaincode(args: PackageRequest): Promise<PackageResult>

  /** Open a shell in the chaincode's container, on a terminal of this size. */
  openShell(args: { name: string; columns: number; rows: number }): Promise<{ id: number }>
  /** Wait for the terminal's next output. `ended`: the shell has ended, and this is its last output. */
  readShell(args: { id: number }): Promise<{ base64: string; ended?: { code: number | null } }>
  writeShell(args: { id: number; base64: string }): Promise<void>
  resizeShell(args: { id: number; columns: number; rows: number }): Promise<void>
  closeShell(args: { id: number }): Promise<void>
  /** Change the version, for example to the one that a process registered with. */
  setVersion(args: { name: string; version: string }): Promise<void>

  /** Simulate, order, validate and commit; the outcome is final. */
  submit(args: CallRequest): Promise<CallResult>
  /** Simulate and answer. Nothing is ordered; writes are reported and dropped. */
  evaluate(args: CallRequest): Promise<CallResult>
  /** The contract's own metadata (`org.hyperledger.fabric:GetMetadata`); undefined if it has none. */
  readContract(args: { name: string }): Promise<ContractMetadata | undefined>

  /** Recorded calls, newest first. */
  readCalls(args: { before?: number; limit: number; chaincode?: string }): Promise<CallRecord[]>
  readCall(args: { id: number }): Promise<CallRecord | undefined>
  /** Pinned calls are kept when older calls are dropped. */
  pinCall(args: { id: number; pinned: boolean }): Promise<void>
  /** The lines the chaincode printed during a call. */
  readCallLogs(args: { id: number }): Promise<LogLine[]>

  readNamespaces(args: { channel: string }): Promise<string[]>
  /** The private data collections of a chaincode, the implicit ones last. */
  readCollections(args: { channel: string; chaincode: string }): Promise<CollectionDescription[]>
  /** World state, or a collection as an organisation sees it, in key order. */
  readState(args: ReadState): Promise<StatePage>
  readHistory(args: { channel: string; namespace: string; key: string; limit?: number }): Promise<KeyVersion[]>

  /** Set when blocks are cut, on every channel. Transactions already waiting are cut at once. */
  setOrderer(args: OrdererState): Promise<void>

  readLogs(args: ReadLogs): Promise<LogPage>
  clearLogs(args: Record<string, never>): Promise<void>
  checkTools(args: { tools?: ToolName[] }): Promise<void>
}

/** Everything a door can ask the host that runs the peer. */
export interface HostApi {
  /** Replace the running peer with this folder's own. */
  openFolder(args: { folder: string }): Promise<void>
  openSample(args: Record<string, never>): Promise<void>
  /** Show a native dialog. Undefined if the author cancelled it or the host has none. */
  chooseFolder(args: Record<string, never>): Promise<{ folder: string } | undefined>
  /** A folder's subfolders, so that a browser can offer a choice too. Default: the home folder. */
  listFolders(args: { folder?: string }): Promise<FolderListing>
  recentFolders(args: Record<string, never>): Promise<string[]>
  /** Show a file in the author's editor if the host can. */
  openInEditor(args: { file: string; line?: number; column?: number }): Promise<void>
}

export type Api = PeerApi & HostApi
export type ApiName = keyof Api

/** The result of a call across a process wall: the value, or the error as data. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: PeerErrorData }

/** What a host sends a door: a snapshot, again whenever it replaces the peer, then every event after it. */
export type PeerNews =
  { type: 'snapshot'; state: PeerState | undefined; host: HostFacts } | { type: 'event'; event: PeerEvent }

export interface HostFacts {
  /** `electron` has native dialogs and menus; `browser` is `slipway serve`. */
  door: 'electron' | 'browser'
  platform: string
  /** The tools found while no peer was running; a running peer has them in its state. */
  tools?: PeerState['tools']
  /** Why no peer is running. */
  error?: PeerErrorData
}

export interface OpenChaincode {
  folder: string
  name?: string
  version?: string
  channel?: string
  mode?: Mode
  startedBy?: StartedBy
  initRequired?: boolean
  /** Chaincode as a service: see ChaincodeState. */
  server?: string
  /** Default true. */
  watch?: boolean
  /** Default true. */
  launch?: boolean
}

export interface FolderListing {
  folder: string
  parent?: string
  folders: { name: string; path: string; chaincode: boolean }[]
}
