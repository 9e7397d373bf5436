import { join, resolve } from 'node:path'
import type { OpenChaincode } from '../../../core/contract/api.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { keyAlgorithms, roles, type KeyAlgorithm, type Role } from '../../../core/contract/identity.ts'
import type { Mode } from '../../../core/contract/mode.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import type { PrintOptions } from '../terminal/print.ts'

export const PRETTY = ['--pretty', 'indent the JSON (default: on a terminal)'] as const
export const DEBUG = [
  '--debug',
  'start it under its debugger: Node’s inspector, JDWP or Delve; no time runs out at a breakpoint',
] as const
export const TRUST = ['--trust', 'allow what slipway.yaml wants beyond running its chaincode, and remember it'] as const

/** The flags of every command that opens a chaincode. */
export interface ChaincodeOptions {
  name?: string
  version?: string
  channel?: string
  mode?: Mode
  dataDir?: string
  watch?: boolean
  /** Start it under its language's debugger. */
  debug?: boolean
  /** Allow what slipway.yaml wants beyond running its chaincode, and remember it. */
  trust?: boolean
}

/** The flag of commands that print what tools and the chaincode print. */
export interface QuietOption {
  quiet?: boolean
}

export interface ExplainOptions extends PrintOptions {
  folder?: string
}

export interface CallOptions extends ChaincodeOptions, QuietOption, PrintOptions {
  transient: Record<string, string>
  isInit?: boolean
  /** The caller; two names of one flag. */
  identity?: string
  as?: string
  /** Another chaincode of the channel instead of the folder's: a system chaincode, or another open one. */
  chaincode?: string
  /** MSP ids of the organisations whose peers endorse. */
  endorsers?: string[]
  /** A real network of slipway.yaml, instead of a peer here. */
  network?: string
}

export interface RunOptions extends ChaincodeOptions, QuietOption {
  json?: boolean
  /** Let a second process of the same name serve instead of the first. */
  takeOver?: boolean
  /** As its folder says, also where somebody has defined it with _lifecycle. */
  define?: boolean
  readyFile?: string
}

export interface TestOptions extends ChaincodeOptions, QuietOption, PrintOptions {
  /** One document for each scenario on stdout. */
  json?: boolean
  /** Where to write JUnit's XML. */
  junit?: string
  /** Play them again whenever something is saved. */
  watch?: boolean
  /** Write what was answered into the scenarios. */
  update?: boolean
  /** Play them on a real network of slipway.yaml, instead of a peer here. */
  network?: string
  /** Write a scenario of this name from the calls made so far. */
  record?: string
}

export interface ServeOptions extends ChaincodeOptions {
  port?: number
  open?: boolean
}

export interface CleanOptions extends PrintOptions {
  dataDir?: string
  all?: boolean
  trust?: boolean
}

export interface ExportOptions extends PrintOptions {
  /** The folder to write to, in one of two layouts. */
  out?: string
  testNetwork?: string
  force?: boolean
  dataDir?: string
}

/** Of commands that work with a folder's ledger. */
export interface ChannelOptions extends PrintOptions {
  channel?: string
  dataDir?: string
}

export interface StateOptions extends ChannelOptions {
  /** Where an export is written; default: stdout. */
  out?: string
  force?: boolean
  /** Of this chaincode alone. */
  chaincode?: string
  /** The state as it was at this point; default: as it is now. */
  at?: string
  /** A real network, instead of the folder's ledger. */
  network?: string
  trust?: true
}

export interface CompareOptions extends ChannelOptions {
  /** A point; default: as it is now. */
  to?: string
}

export interface RewindOptions extends ChannelOptions {
  /** Of checkpoints. */
  list?: boolean
  remove?: boolean
  /** Number of blocks, as typed; default: the present height. */
  height?: string
}

export interface PackageOptions extends PrintOptions {
  name?: string
  version?: string
  label?: string
  output?: string
  /** Package it as a service: the address for the peer to dial. */
  ccaas?: string
  build?: boolean
  trust?: boolean
}

export interface DeployOptions extends PrintOptions {
  network: string
  name?: string
  version?: string
  channel?: string
  label?: string
  build?: boolean
  trust?: boolean
}

/** What to open. Throws USAGE for one name and several folders. */
export function foldersToOpen(folders: string[], options: ChaincodeOptions): OpenChaincode[] {
  if (folders.length > 1 && options.name !== undefined) {
    throw new PeerError('USAGE', { message: '--name applies to a single folder, and there are several.' })
  }
  const { name, version, channel, mode, watch, debug } = options
  return folders.map((folder) =>
    withoutUndefined({ folder: resolve(folder), name, version, channel, mode, watch, debug }),
  )
}

/** Where this folder's peer keeps its data. */
export function dataDirOf(folder: string, options: Pick<ChaincodeOptions, 'dataDir'>): string {
  return options.dataDir === undefined ? join(resolve(folder), '.slipway') : resolve(options.dataDir)
}

/** `KEY=VALUE`, added to the ones before. Throws USAGE. */
export function addTransient(pair: string, before: Record<string, string>): Record<string, string> {
  const at = pair.indexOf('=')
  if (at < 1) throw new PeerError('USAGE', { message: `--transient takes KEY=VALUE, not ${JSON.stringify(pair)}.` })
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) }
}

/** `Org1MSP,Org2MSP`. Throws USAGE. */
export function mspIds(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new PeerError('USAGE', { message: '--endorsers takes MSP ids separated by commas, such as Org1MSP,Org2MSP.' })
}

/** Throws USAGE. */
export function portNumber(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port
  throw new PeerError('USAGE', {
    message: `--port takes a number from 0 to 65535, not ${JSON.stringify(text)}.`,
  })
}

/** Throws USAGE. */
export function modeName(text: string): Mode {
  if (text === 'dev' || text === 'net') return text
  throw new PeerError('USAGE', { message: `--mode is dev or net, not ${JSON.stringify(text)}.` })
}

/** `NAME=VALUE`, added to the ones before. Throws USAGE. */
export function addAttribute(pair: string, before: Record<string, string>): Record<string, string> {
  const at = pair.indexOf('=')
  if (at < 1) throw new PeerError('USAGE', { message: `--attr takes NAME=VALUE, not ${JSON.stringify(pair)}.` })
  // Fabric CA's clients append `:ecert` to the attributes that go into the certificate; here all of them do.
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1).replace(/:ecert$/, '') }
}

/** Throws USAGE. */
export function roleName(text: string): Role {
  const role = roles.find((candidate) => candidate === text)
  if (role !== undefined) return role
  throw new PeerError('USAGE', { message: `--role is one of ${roles.join(', ')}, not ${JSON.stringify(text)}.` })
}

/** In any case, as OpenSSL takes it. Throws USAGE. */
export function keyAlgorithmName(text: string): KeyAlgorithm {
  const algorithm = keyAlgorithms.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
  if (algorithm !== undefined) return algorithm
  const message = `--key-algorithm is one of ${keyAlgorithms.join(', ')}, not ${JSON.stringify(text)}.`
  throw new PeerError('USAGE', { message })
}
