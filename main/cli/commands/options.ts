import { join, resolve } from 'node:path'
import type { OpenChaincode } from '../../../core/contract/api.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { roles, type Role } from '../../../core/contract/identity.ts'
import type { Mode } from '../../../core/contract/state.ts'

/** The flags that every command takes. */
export interface ChaincodeOptions {
  name?: string
  version?: string
  channel?: string
  mode?: Mode
  dataDir?: string
  watch?: boolean
}

export interface CallOptions extends ChaincodeOptions {
  transient: Record<string, string>
  isInit?: boolean
  /** Who calls; two names of one flag. */
  identity?: string
  as?: string
  /** Another chaincode of the channel in place of the folder's: a system chaincode, or one that is open too. */
  chaincode?: string
  /** MSP ids of the organisations whose peers endorse. */
  endorsers?: string[]
}

export interface RunOptions extends ChaincodeOptions {
  json?: boolean
}

export interface ServeOptions extends ChaincodeOptions {
  port?: number
  open?: boolean
}

export interface CleanOptions {
  dataDir?: string
  all?: boolean
}

export interface PackageOptions {
  name?: string
  version?: string
  label?: string
  output?: string
  /** Address at which the peer is to dial it, as a service. */
  ccaas?: string
  build?: boolean
}

/** What to open. Throws USAGE where one name is given to several folders. */
export function foldersToOpen(folders: string[], options: ChaincodeOptions): OpenChaincode[] {
  if (folders.length > 1 && options.name !== undefined) {
    throw new PeerError('USAGE', { message: '--name names one chaincode, and several folders are given.' })
  }
  const { name, version, channel, mode, watch } = options
  return folders.map((folder) => ({
    folder: resolve(folder),
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(channel === undefined ? {} : { channel }),
    ...(mode === undefined ? {} : { mode }),
    ...(watch === false ? { watch: false } : {}),
  }))
}

/** Where the peer of this folder keeps its data. */
export function dataDirOf(folder: string, options: Pick<ChaincodeOptions, 'dataDir'>): string {
  return options.dataDir === undefined ? join(resolve(folder), '.slipway') : resolve(options.dataDir)
}

/** `KEY=VALUE`, added to those before it. Throws USAGE. */
export function addTransient(pair: string, before: Record<string, string>): Record<string, string> {
  const at = pair.indexOf('=')
  if (at < 1)
    throw new PeerError('USAGE', { message: `--transient takes KEY=VALUE; ${JSON.stringify(pair)} is not that.` })
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) }
}

/** `Org1MSP,Org2MSP`. Throws USAGE. */
export function mspIds(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new PeerError('USAGE', { message: '--endorsers takes MSP ids with commas between them, like Org1MSP,Org2MSP.' })
}

/** Throws USAGE. */
export function portNumber(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text.trim() !== '') return port
  throw new PeerError('USAGE', {
    message: `--port takes a number from 0 to 65535; ${JSON.stringify(text)} is not that.`,
  })
}

/** Throws USAGE. */
export function modeName(text: string): Mode {
  if (text === 'dev' || text === 'net') return text
  throw new PeerError('USAGE', { message: `--mode is dev or net, not ${JSON.stringify(text)}.` })
}

/** `NAME=VALUE`, added to those before it. Throws USAGE. */
export function addAttribute(pair: string, before: Record<string, string>): Record<string, string> {
  const at = pair.indexOf('=')
  if (at < 1) throw new PeerError('USAGE', { message: `--attr takes NAME=VALUE; ${JSON.stringify(pair)} is not that.` })
  // Fabric CA's clients write `:ecert` behind what is to stand in the certificate; here everything does.
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1).replace(/:ecert$/, '') }
}

/** Throws USAGE. */
export function roleName(text: string): Role {
  const role = roles.find((one) => one === text)
  if (role !== undefined) return role
  throw new PeerError('USAGE', { message: `--role is one of ${roles.join(', ')}, not ${JSON.stringify(text)}.` })
}
