import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Declared, LockedPackages } from './lock-file.ts'
import { exists } from './start-script.ts'

/** A package.json or a lock file, as far as installing needs it. */
interface InstallJson extends Declared {
  packages?: LockedPackages
  /** Patterns of the folders of its members. Yarn 1 also takes an object. */
  workspaces?: string[] | { packages?: string[] }
}

/** Undefined if it is missing or isn't valid: npm reports it better than we could. */
export async function readJson(file: string): Promise<InstallJson | undefined> {
  try {
    return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, '')) as InstallJson
  } catch {
    return undefined
  }
}

/** Whether Node would find every package that a folder's package.json names, in whatever version. */
export async function hasAllDependencies(folder: string): Promise<boolean> {
  const { dependencies, devDependencies } = (await readJson(path.join(folder, 'package.json'))) ?? {}
  const names = Object.keys({ ...dependencies, ...devDependencies })
  return (await Promise.all(names.map((name) => isFound(folder, name)))).every(Boolean)
}

async function isFound(folder: string, name: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (await exists(path.join(at, 'node_modules', name))) return true
    if (at === path.dirname(at)) return false
  }
}

/** Whether a file is newer than another one; not if one of them doesn't exist. */
export async function isNewer(file: string, than: string): Promise<boolean> {
  const [a, b] = await Promise.all([file, than].map((each) => stat(each).catch(() => undefined)))
  return a !== undefined && b !== undefined && a.mtimeMs > b.mtimeMs
}

/** The first of these names that the folder has. */
export async function firstOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await exists(path.join(folder, name))) return name
  return undefined
}
