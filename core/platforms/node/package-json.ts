import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../../contract/error.ts'
import { messageOf } from '../../contract/error-message.ts'

/** What Slipway reads from a package.json. Values of the wrong type count as absent. */
export interface PackageJson {
  name: string | undefined
  version: string | undefined
  main: string | undefined
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  /** It is the root of npm's workspaces. */
  hasWorkspaces: boolean
}

/** Throws PROJECT_FILE_INVALID if it isn't JSON, for example while it's being edited. */
export async function parsePackageJson(text: string, folder: string): Promise<PackageJson> {
  let value: unknown
  const content = text.replace(/^\uFEFF/, '')
  try {
    value = JSON.parse(content)
  } catch (error) {
    // Loaded only here: JSON.parse itself is faster, but doesn't say where.
    const { jsonFault } = await import('./json-fault.ts')
    const file = path.join(folder, 'package.json')
    const fault = jsonFault(content, messageOf(error))
    throw new PeerError('PROJECT_FILE_INVALID', { file, format: 'JSON', ...fault }, { cause: error })
  }
  const json = record(value)
  return {
    name: textOf(json['name']),
    version: textOf(json['version']),
    main: textOf(json['main']),
    scripts: texts(json['scripts']),
    dependencies: texts(json['dependencies']),
    devDependencies: texts(json['devDependencies']),
    hasWorkspaces: json['workspaces'] !== undefined,
  }
}

/** A folder's package.json. Throws PROJECT_FILE_INVALID; FOLDER_UNREADABLE, also if it has none (any more). */
export async function readPackageJson(folder: string): Promise<PackageJson> {
  let text: string
  try {
    text = await readFile(path.join(folder, 'package.json'), 'utf8')
  } catch (error) {
    const reason = `package.json: ${messageOf(error)}`
    throw new PeerError('FOLDER_UNREADABLE', { folder, reason }, { cause: error })
  }
  return parsePackageJson(text, folder)
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
