import type { PackageRequest, PackageResult } from './package.ts'
import type { CallLines, LineOwner, LogPage, ReadLogs } from './log.ts'
import type { BlockDetail, BlockRow, ChainPlace, EventsPage, ReadBlocks, ReadEvents } from './blocks.ts'
import type { CallRequest, CallResult, CallRecord } from './call.ts'
import type { CollectionDescription, KeyVersion, ReadHistory, ReadState, StatePage } from './world-state.ts'
import type { Editor } from './editor-configuration.ts'
import type { ContractMetadata } from './contract-metadata.ts'
import type { PeerErrorData } from './error.ts'
import type { UntrustedFolder } from './trust.ts'
import type { PeerEvent } from './events.ts'
import { command, type ApiOf, type Nothing } from './command.ts'
import { exportCommands } from './export.ts'
import { identityCommands } from './identity.ts'
import { seedCommands } from './seed.ts'
import { replayCommands } from './replay.ts'
import { networkCommands } from './network.ts'
import { undoCommands } from './undo.ts'
import type { OrdererState, PeerState, ToolName } from './state.ts'
import type { Mode, StartedBy } from './mode.ts'

/**
 * Everything a door can ask a peer to do. Every command is cancellable and may throw a PeerError; across a process wall
 * it returns an `Outcome`.
 */
export const peerCommands = {
  ...identityCommands,
  ...exportCommands,
  ...undoCommands,
  ...seedCommands,
  ...replayCommands,
  ...networkCommands,

  /** Open a chaincode folder: detect it, define it with _lifecycle, launch it in its mode, watch it. Returns its name. */
  openChaincode: command<OpenChaincode, { name: string }>(),
  closeChaincode: command<{ name: string }>(),
  /** Define it on its channels as its folder says, also where somebody has defined it with _lifecycle. */
  defineChaincode: command<{ name: string }>(),
  /** Launch it unless it is running; returns once it is ready. In attached mode it fails at once with NOT_CONNECTED. */
  launch: command<{ name: string }>(),
  /** Build and launch it again; the old one serves until the new one is ready. */
  restart: command<{ name: string }>(),
  stop: command<{ name: string }>(),
  /** Let the process that waits to take over do so, or turn it away. */
  answerTakeover: command<{ name: string; id: number; accept: boolean }>(),
  setStartedBy: command<{ name: string; startedBy: StartedBy }>(),
  /** Build and launch it again, under its debugger or without one; the old one serves until the new one is ready. */
  setDebugger: command<{ name: string; on: boolean }>(),
  /** Write how an editor attaches to its debugger, beside what its author has there. @throws DEBUG_OFF, DEBUG_CONFIGURATION */
  writeDebugConfiguration: command<{ name: string; editor: Editor }, { file: string }>(),
  /**
   * Switch between dev and net. The new one is built and started first; if that fails, the old one keeps serving in its
   * own mode and the error is thrown.
   */
  setMode: command<{ name: string; mode: Mode }>(),
  /** Write the lifecycle package (`label.tar.gz`), which a real peer can install. */
  packageChaincode: command<PackageRequest, PackageResult>(),

  /** Open a shell in the chaincode's container, on a terminal of this size. */
  openShell: command<{ name: string; columns: number; rows: number }, { id: number }>(),
  /** Wait for the terminal's next output. `ended`: the shell has ended, and this is its last output. */
  readShell: command<{ id: number }, { base64: string; ended?: { code: number | null } }>(),
  writeShell: command<{ id: number; base64: string }>(),
  resizeShell: command<{ id: number; columns: number; rows: number }>(),
  closeShell: command<{ id: number }>(),
  /** Install a Node chaincode's dependencies from nothing, then build and launch it. */
  reinstall: command<{ name: string }>(),
  /** Listen on this port of 127.0.0.1, which a chaincode dials whatever it is given, until it is closed; launch it there. */
  usePort: command<{ name: string; port: number }>(),
  /** Write into slipway.yaml that it is a server at this address, and launch it so. */
  setServer: command<{ name: string; server: string }>(),
  /** Change the version, for example to the one that a process registered with. */
  setVersion: command<{ name: string; version: string }>(),

  /** Simulate, order, validate and commit; the outcome is final. */
  submit: command<CallRequest, CallResult>(),
  /** Submits that end up in one block, in their order; each is endorsed before any is committed. */
  submitTogether: command<{ calls: CallRequest[] }, CallResult[]>(),
  /** Simulate and answer. Nothing is ordered; writes are reported and dropped. */
  evaluate: command<CallRequest, CallResult>(),
  /** The contract's own metadata (`org.hyperledger.fabric:GetMetadata`); undefined if it has none. */
  readContract: command<{ name: string }, ContractMetadata | undefined>(),

  /** Recorded calls, newest first. */
  readCalls: command<{ before?: number; limit: number; chaincode?: string }, CallRecord[]>(),
  readCall: command<{ id: number }, CallRecord | undefined>(),
  /** The recorded call that led to a transaction. */
  findCall: command<{ txId: string }, CallRecord | undefined>(),
  /** Of which calls the lines are that `readLogs` answers to the same question; lines that are of none are left out. */
  readLineOwners: command<ReadLogs, LineOwner[]>(),
  /** Pinned calls are kept when older calls are dropped. */
  pinCall: command<{ id: number; pinned: boolean }>(),
  /** The lines the chaincode printed during a call. */
  readCallLogs: command<{ id: number }, CallLines>(),

  readNamespaces: command<{ channel: string }, string[]>(),
  /** The private data collections of a chaincode, the implicit ones last. */
  readCollections: command<{ channel: string; chaincode: string }, CollectionDescription[]>(),
  /**
   * World state, or a collection as an organisation sees it, in key order, now or at a point.
   * @throws QUERY_REFUSED; for a point REWIND_HEIGHT, REWIND_TOO_FAR, CHECKPOINT_UNKNOWN, BRANCH_UNKNOWN, PAST_STATE_FAR
   */
  readState: command<ReadState, StatePage>(),
  /** Newest first. */
  readHistory: command<ReadHistory, KeyVersion[]>(),

  /** Blocks from one downwards. @throws CHANNEL_UNKNOWN */
  readBlocks: command<ReadBlocks, BlockRow[]>(),
  /** One block with all it holds; undefined if there is none of this number. */
  readBlock: command<{ channel: string; number: number }, BlockDetail | undefined>(),
  /** The bytes of a block as a peer delivers it: a `common.Block`. */
  readRawBlock: command<{ channel: string; number: number }, { base64: string } | undefined>(),
  /** Where a transaction stands; undefined if no block has it. */
  findTransaction: command<{ channel: string; txId: string }, ChainPlace | undefined>(),
  /** The events of valid transactions, newest first. */
  readEvents: command<ReadEvents, EventsPage>(),

  /** Set when blocks are cut, on every channel. Transactions already waiting are cut at once. */
  setOrderer: command<OrdererState>(),

  readLogs: command<ReadLogs, LogPage>(),
  clearLogs: command<Nothing>(),
  checkTools: command<{ tools?: ToolName[] }>(),
}

export type PeerApi = ApiOf<typeof peerCommands>

/** Everything a door can ask the host that runs the peer. */
export const hostCommands = {
  /** Replace the running peer with this folder's own. */
  openFolder: command<{ folder: string }>(),
  openSample: command<Nothing>(),
  /**
   * Allow what a folder's slipway.yaml wants, from now on, and do what was refused because of it. Only these demands
   * are allowed: what was added to the file meanwhile is asked for. Returns the names of the chaincodes opened.
   */
  trustFolder: command<Pick<UntrustedFolder, 'folder' | 'demands'>, { names: string[] }>(),
  /** Leave the folder that is asked for as it is. */
  refuseFolder: command<Nothing>(),
  /** Show a native dialog. Undefined if the author cancelled it or the host has none. */
  chooseFolder: command<Nothing, { folder: string } | undefined>(),
  /** A folder's subfolders, so that a browser can offer a choice too. Default: the home folder. */
  listFolders: command<{ folder?: string }, FolderListing>(),
  recentFolders: command<Nothing, string[]>(),
  /** Show a file in the author's editor if the host can. */
  openInEditor: command<{ file: string; line?: number; column?: number }>(),
}

export type HostApi = ApiOf<typeof hostCommands>

export type Api = PeerApi & HostApi
export type ApiName = keyof Api

/** Whether this text, which came over a wire, names a command. Inherited names (`constructor`) do not. */
export function isApiName(text: unknown): text is ApiName {
  return typeof text === 'string' && (Object.hasOwn(peerCommands, text) || Object.hasOwn(hostCommands, text))
}

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
  tools?: PeerState['tools'] | undefined
  /** Why no peer is running. */
  error?: PeerErrorData | undefined
  /** A folder that was to be opened, until its author allows what it wants or refuses. */
  untrusted?: UntrustedFolder | undefined
}

export interface OpenChaincode {
  folder: string
  name?: string
  version?: string
  channel?: string
  mode?: Mode
  startedBy?: StartedBy
  /** See ChaincodeState.underDebugger. */
  debug?: boolean
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
