import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../../contract/error.ts'

/** What Slipway reads of a package.json. Values of the wrong type are as good as absent. */
export interface PackageJson {
  name?: string
  version?: string
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

/** Throws FOLDER_UNREADABLE where it is not JSON, e.g. while it is being edited. */
export function parsePackageJson(text: string, folder: string): PackageJson {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const reason = `package.json is not valid JSON: ${(error as Error).message}`
    throw new PeerError('FOLDER_UNREADABLE', { folder, reason }, { cause: error })
  }
  const json = record(value)
  return {
    ...(typeof json['name'] === 'string' ? { name: json['name'] } : {}),
    ...(typeof json['version'] === 'string' ? { version: json['version'] } : {}),
    scripts: texts(json['scripts']),
    dependencies: texts(json['dependencies']),
    devDependencies: texts(json['devDependencies']),
  }
}

/** That of a folder. Throws FOLDER_UNREADABLE, also where it has none (any more). */
export async function readPackageJson(folder: string): Promise<PackageJson> {
  let text: string
  try {
    text = await readFile(path.join(folder, 'package.json'), 'utf8')
  } catch (error) {
    const reason = `package.json: ${(error as Error).message}`
    throw new PeerError('FOLDER_UNREADABLE', { folder, reason }, { cause: error })
  }
  return parsePackageJson(text, folder)
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
