import type { CollectionDescription, KeyVersion, ReadState, StatePage } from './world-state.ts'
import type { ContractMetadata } from './contract-metadata.ts'
import type { PeerErrorData } from './error.ts'
import type { PeerEvent } from './events.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { IdentityApi } from './identity.ts'
import type { Difference, Millis, Mode, OrdererState, PeerState, StartedBy, ToolName } from './state.ts'

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

/** An open chaincode by its name, or any chaincode folder, with a name where its slipway.yaml lists several. */
export type PackageRequest = ({ name: string } | { folder: string; name?: string }) & {
  /** In place of the detected one, where a folder is given. */
  version?: string
  /** Default `<name>_<version>`. */
  label?: string
  /** File or folder to write to; default `<label>.tar.gz` in the chaincode's folder. */
  output?: string
  /** As a service, in place of its own language: the address the peer is to dial. */
  ccaas?: { address: string }
  /** Default true: first build what a peer does not build itself, such as TypeScript. */
  build?: boolean
}

export interface PackageResult {
  /** Absolute. */
  file: string
  label: string
  type: 'golang' | 'node' | 'java' | 'ccaas'
  /** `label:sha256`, as `peer lifecycle chaincode install` will answer. */
  packageId: string
  /** Bytes of the file. */
  size: number
  /** Names in its code.tar.gz, in order. */
  files: string[]
  differences: Difference[]
}

export interface FolderListing {
  folder: string
  parent?: string
  folders: { name: string; path: string; chaincode: boolean }[]
}

export interface CallRequest {
  chaincode: string
  /** In place of the chaincode's own channel. */
  channel?: string
  function: string
  /** Texts as the chaincode gets them; `{ base64 }` for bytes. */
  args: (string | { base64: string })[]
  transient?: Record<string, string | { base64: string }>
  /** Fabric's `--isInit`. */
  isInit?: boolean
  /** In place of the peer's `chaincode.executetimeout`. */
  timeoutMs?: number
  /** Who calls: `alice@Org2MSP`, or `alice` of the peer's own organisation. Default: the peer's default identity. */
  identity?: string
  /**
   * MSP ids of the organisations whose peers endorse, in place of as many as the policies of what is written ask for.
   * Of a submit alone.
   */
  endorsers?: string[]
}

export type Encoding = 'utf8' | 'base64'

/** Bytes as text where they are valid UTF-8, else as base64. */
export interface EncodedBytes {
  text: string
  encoding: Encoding
}

/** The final outcome of a call whose simulation reached the chaincode. Infrastructure failures are thrown instead. */
export interface CallResult {
  callId: number
  txId: string
  kind: 'submit' | 'evaluate'
  /** Who called: `User1@Org1MSP`. */
  identity: string
  /** The chaincode's status: 200 good, ≥ 400 its own error. */
  status: number
  message: string
  payload: string
  payloadEncoding: Encoding
  /** Fabric's name: VALID, MVCC_READ_CONFLICT…; absent where nothing was ordered (evaluate, status ≥ 400). */
  validationCode?: string
  blockNumber?: number
  /** What made it invalid, in words, e.g. the key that a newer block changed. */
  conflict?: { namespace: string; key: string; words: string; byTxId?: string }
  /** Which chaincode's, collection's or key's policy the endorsements do not satisfy. */
  endorsementFailure?: EndorsementFailure
  /** MSP ids of the organisations whose peers endorsed it; absent where nothing was ordered. */
  endorsers?: string[]
  readWriteSet: ReadWriteSet
  /** How its rich queries were answered, in their order; absent where there were none. */
  queries?: QueryReport[]
  /** One at most: Fabric keeps the last SetEvent. Dropped for status ≥ 400. */
  events: CallEvent[]
  /** What an author would want told: writes dropped by evaluate, a read of its own write… */
  hints: Hint[]
  times: CallTimes
  /** Build that answered; undefined for a process that the author started. */
  build?: number
}

/** Why a transaction may not be committed as it is endorsed. */
export interface EndorsementFailure {
  code: 'ENDORSEMENT_POLICY_FAILURE' | 'INVALID_CHAINCODE'
  /** The chaincode whose rule is broken. */
  namespace: string
  /** What of it has the rule, where it is not all of it. */
  collection?: string
  /** In a collection, the text of its hash. */
  key?: string
  /** The policy as it is written; absent where there is no such chaincode or collection. */
  policy?: string
  /** MSP ids of those who endorsed. */
  endorsers: string[]
  words: string
}

export interface CallTimes {
  startedAt: Millis
  /** When the transaction was sent to the chaincode: later than `startedAt` where it had to be launched first. */
  executedAt: Millis
  durationMs: Millis
  /** In the chaincode: from TRANSACTION to COMPLETED less the time the peer took to answer its requests. */
  chaincodeMs: Millis
  /** Ordering, validation and the synced commit. */
  commitMs: Millis
}

export interface CallEvent {
  name: string
  payload: string
  payloadEncoding: Encoding
}

/** `class-transformer`: the installed release breaks fabric-contract-api, and the words say how to pin it. */
export type HintName =
  | 'writes-dropped'
  | 'reads-own-write'
  | 'empty-value-deletes'
  | 'not-deterministic'
  | 'class-transformer'
  | 'query-warning'
export interface Hint {
  name: HintName
  words: string
  key?: string
}

export interface KeyVersionRef {
  block: number
  tx: number
}

export interface ReadWriteSet {
  namespaces: {
    namespace: string
    reads: { key: string; version: KeyVersionRef | null }[]
    rangeQueries: { start: string; end: string; exhausted: boolean; keys: string[] }[]
    writes: DescribedWrite[]
    metadataWrites: { key: string; names: string[] }[]
    /** Private collections, with the plain keys and values that only their members see; absent where there are none. */
    collections?: CollectionReadWriteSet[]
  }[]
}

/** `before` is the committed value at simulation time; absent where there was none. */
export interface DescribedWrite {
  key: string
  isDelete: boolean
  value: string
  valueEncoding: Encoding
  before?: EncodedBytes
}

export interface CollectionReadWriteSet {
  name: string
  reads: { key: string; version: KeyVersionRef | null }[]
  /** `isPurge`: its past goes with it. */
  writes: (DescribedWrite & { isPurge?: boolean })[]
  metadataWrites: string[]
}

/** How a rich query was answered. */
export interface QueryReport {
  namespace: string
  /** The private collection that was asked; absent for the public state. */
  collection?: string
  /** As the chaincode asked it. */
  query: string
  /** `ddoc/name` of the index that served it; absent where all documents were gone through. */
  index?: string
  /** Documents looked at. */
  examined: number
  /** Documents given to the chaincode. */
  returned: number
  /** CouchDB's own: no matching index, a poor one, or one that was asked for and could not be used. */
  warnings: string[]
}

export interface CallRecord {
  id: number
  request: CallRequest
  kind: 'submit' | 'evaluate'
  channel: string
  /** Who called: `User1@Org1MSP`; not known of calls that earlier versions recorded. */
  identity?: string
  at: Millis
  pinned: boolean
  /** Who sent it, where it was not the author: `metadata`. */
  outcome:
    | { state: 'running' }
    | { state: 'done'; result: CallResult }
    | { state: 'failed'; error: PeerErrorData; durationMs: Millis }
}

/** `shim`: what a shim prints of itself while all is well. */
export type LogSource = 'chaincode' | 'shim' | 'build' | 'peer'

export interface LogLine {
  seq: number
  at: Millis
  source: LogSource
  chaincode?: string
  stream?: 'stdout' | 'stderr'
  /** One line without its newline; ANSI escapes kept. Longer than 16 KiB is cut and says so. */
  text: string
  build?: number
  /** Places recognised in the text. */
  places?: Pick<Diagnostic, 'file' | 'line' | 'column'>[]
}

export interface ReadLogs {
  filter: LogFilter
  /** Index among the lines that pass the filter, 0 the oldest held; negative counts from the end. */
  from: number
  /** At most 2,000. */
  limit: number
}

export interface LogFilter {
  sources?: LogSource[]
  chaincode?: string
  /** Only what was printed there; what the peer says of itself has no stream. */
  stream?: 'stdout' | 'stderr'
  /** Case-insensitive text; keeps only lines that contain it. */
  search?: string
}

export interface LogPage {
  /** Lines that pass the filter now. */
  total: number
  /** Index of the first line given. */
  from: number
  lines: LogLine[]
}
