import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { lockedPackages, NPM_LOCKS, type LockedPackages } from '../../../platforms/node/lock-file.ts'
import type { Packaged } from '../packaged.ts'

/** What matters of a package.json and its lock file. */
export interface NodeManifest {
  text: string
  main: string | undefined
  scripts: Record<string, string>
  /** The range of Node versions. */
  engines: string | undefined
  name: string | undefined
  module: boolean
  /** What npm installs on a peer. */
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  peerDependencies: Record<string, string>
  lock: NodeLock | undefined
}

export interface NodeLock {
  file: string
  packages: LockedPackages
}

/** Undefined if package.json is missing or isn't valid. */
export async function readManifest(packaged: Packaged): Promise<NodeManifest | undefined> {
  const text = await packaged.read('package.json')
  const json = text === undefined ? undefined : parse(text)
  if (text === undefined || json === undefined) return undefined
  const lock = await readLock(packaged)
  return {
    text,
    main: textOf(json['main']),
    name: textOf(json['name']),
    module: json['type'] === 'module',
    scripts: texts(json['scripts']),
    dependencies: texts(json['dependencies']),
    devDependencies: texts(json['devDependencies']),
    optionalDependencies: texts(json['optionalDependencies']),
    peerDependencies: texts(json['peerDependencies']),
    engines: texts(json['engines'])['node'],
    lock,
  }
}

async function readLock(packaged: Packaged): Promise<NodeLock | undefined> {
  for (const file of NPM_LOCKS) {
    const packages = lockedPackages(parse((await packaged.read(file)) ?? ''))
    if (packages !== undefined) return { file, packages }
    if (packaged.files.has(file)) return undefined
  }
  return undefined
}

/**
 * What is installed here, by npm's own record of node_modules: the next best thing without a lock file. Undefined if
 * nothing is installed, or another package manager installed it.
 */
export async function readInstalled(folder: string): Promise<LockedPackages | undefined> {
  const text = await readFile(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8').catch(() => undefined)
  const packages = text === undefined ? undefined : parse(text)?.['packages']
  return isRecord(packages) ? (packages as LockedPackages) : undefined
}

/** The folder of a module that Node would load here, links resolved: in the nearest node_modules that has it. */
export async function findModule(folder: string, name: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const moduleFolder = await realpath(path.join(at, 'node_modules', name)).catch(() => undefined)
    if (moduleFolder !== undefined) return moduleFolder
    if (at === path.dirname(at)) return undefined
  }
}

/** The line of a key in package.json. */
export function lineOfKey(text: string, key: string): number | undefined {
  const at = text.indexOf(`${JSON.stringify(key)}:`)
  const spaced =
    at < 0 ? new RegExp(`${JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*:`).exec(text)?.index : at
  return spaced === undefined ? undefined : text.slice(0, spaced).split('\n').length
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isRecord(value) ? value : undefined
  } catch {
    // Being edited, or damaged: npm reports it better than we could.
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function texts(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
