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
 * What a door may ask of a peer: every command with its argument and its result. Each may throw a PeerError;
 * across a process wall the outcome comes back as an `Outcome`. All are cancellable.
 */
export interface PeerApi extends IdentityApi {
  /** Open a chaincode folder: detect, define it with _lifecycle, launch as its mode says, watch. Returns its name. */
  openChaincode(args: OpenChaincode): Promise<{ name: string }>
  closeChaincode(args: { name: string }): Promise<void>
  /** Launch if not running. Returns once ready; in attached mode it fails at once with the true story. */
  launch(args: { name: string }): Promise<void>
  /** Build and launch anew; the old one serves until the new one is ready. */
  restart(args: { name: string }): Promise<void>
  stop(args: { name: string }): Promise<void>
  setStartedBy(args: { name: string; startedBy: StartedBy }): Promise<void>
  /**
   * Dev or net. The new one is built and started first; if that fails the old one keeps serving, its mode stays, and
   * the error is thrown.
   */
  setMode(args: { name: string; mode: Mode }): Promise<void>
  /** Write the lifecycle package (`label.tar.gz`) that a real peer installs. */
  packageChaincode(args: PackageRequest): Promise<PackageResult>

  /** A shell in the chaincode's container, on a terminal of that size. */
  openShell(args: { name: string; columns: number; rows: number }): Promise<{ id: number }>
  /** What the terminal shows next; waits for it. `ended`: the shell is gone, and this was all. */
  readShell(args: { id: number }): Promise<{ base64: string; ended?: { code: number | null } }>
  writeShell(args: { id: number; base64: string }): Promise<void>
  resizeShell(args: { id: number; columns: number; rows: number }): Promise<void>
  closeShell(args: { id: number }): Promise<void>
  /** E.g. after a process registered under another version: take that one. */
  setVersion(args: { name: string; version: string }): Promise<void>

  /** Simulate, order, validate, commit; the outcome is final. */
  submit(args: CallRequest): Promise<CallResult>
  /** Simulate and answer; nothing is ordered, writes are reported and dropped. */
  evaluate(args: CallRequest): Promise<CallResult>
  /** What the contract says of itself (`org.hyperledger.fabric:GetMetadata`); undefined where it says nothing. */
  readContract(args: { name: string }): Promise<ContractMetadata | undefined>

  /** Recorded calls, newest first. */
  readCalls(args: { before?: number; limit: number; chaincode?: string }): Promise<CallRecord[]>
  readCall(args: { id: number }): Promise<CallRecord | undefined>
  /** Keep a call at hand, or let it go. */
  pinCall(args: { id: number; pinned: boolean }): Promise<void>
  /** The lines the chaincode printed during a call. */
  readCallLogs(args: { id: number }): Promise<LogLine[]>

  readNamespaces(args: { channel: string }): Promise<string[]>
  /** The private data collections that a chaincode may use, the implicit ones last. */
  readCollections(args: { channel: string; chaincode: string }): Promise<CollectionDescription[]>
  /** World state, or what of a collection an organisation sees, in key order. */
  readState(args: ReadState): Promise<StatePage>
  readHistory(args: { channel: string; namespace: string; key: string; limit?: number }): Promise<KeyVersion[]>

  /** When blocks are cut from now on, on every channel. What waits already is cut at once. */
  setOrderer(args: OrdererState): Promise<void>

  readLogs(args: ReadLogs): Promise<LogPage>
  clearLogs(args: Record<string, never>): Promise<void>
  checkTools(args: { tools?: ToolName[] }): Promise<void>
}

/** What a door may ask of the host that runs the peer, beside the peer itself. */
export interface HostApi {
  /** Run this folder's own peer in place of the present one. */
  openFolder(args: { folder: string }): Promise<void>
  openSample(args: Record<string, never>): Promise<void>
  /** A native dialog where there is one; undefined: cancelled, or there is none here. */
  chooseFolder(args: Record<string, never>): Promise<{ folder: string } | undefined>
  /** Subfolders of a folder, so that a browser can choose one too. Undefined folder: the home folder. */
  listFolders(args: { folder?: string }): Promise<FolderListing>
  recentFolders(args: Record<string, never>): Promise<string[]>
  /** Show a file in the author's editor where the host can. */
  openInEditor(args: { file: string; line?: number; column?: number }): Promise<void>
}

export type Api = PeerApi & HostApi
export type ApiName = keyof Api

/** What happened to a call across a process wall: the value, or the error as data. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: PeerErrorData }

/** What a door is told: first a snapshot (again whenever the host changes the peer), then every event after it. */
export type PeerNews =
  { type: 'snapshot'; state: PeerState | undefined; host: HostFacts } | { type: 'event'; event: PeerEvent }

export interface HostFacts {
  /** `electron` has native dialogs and menus, `browser` is `slipway serve`. */
  door: 'electron' | 'browser'
  platform: string
  /** What the machine has, as far as was looked for while no peer ran; a peer tells it in its state. */
  tools?: PeerState['tools']
  /** Why there is no peer, where there is none. */
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
  /** Default true: launch at once. */
  launch?: boolean
}

export interface FolderListing {
  folder: string
  parent?: string
  folders: { name: string; path: string; chaincode: boolean }[]
}
