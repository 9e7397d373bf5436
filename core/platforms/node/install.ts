import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../../project/project.ts'
import { runTool, type BuildRun } from '../run-tool.ts'
import { exists } from './start-script.ts'

/** Install dependencies if they are missing or don't match the lock file. Returns the command, or undefined if neither. */
export async function installNode(project: Project, run: BuildRun): Promise<string | undefined> {
  const argv = await installCommand(project.folder)
  if (argv === undefined) return undefined
  const words = argv.slice(0, 2).join(' ')
  run.note(words)
  await runTool(project, argv, run, 'install')
  return words
}

async function installCommand(folder: string): Promise<string[] | undefined> {
  const has = (name: string) => exists(path.join(folder, name))
  const installed = await has('node_modules')
  if (await has('pnpm-lock.yaml')) return installed ? undefined : ['pnpm', 'install', '--frozen-lockfile']
  if (await has('yarn.lock')) return installed ? undefined : ['yarn', 'install', '--frozen-lockfile']
  const lock = path.join(folder, 'package-lock.json')
  const hidden = path.join(folder, 'node_modules', '.package-lock.json')
  const quiet = ['--no-audit', '--no-fund']
  if (await has('package-lock.json')) {
    if (await isSame(lock, hidden)) return undefined
    // If package.json was edited since, `npm ci` would refuse; `npm install` updates the lock file.
    return ['npm', (await lockCovers(lock, path.join(folder, 'package.json'))) ? 'ci' : 'install', ...quiet]
  }
  // The author keeps no lock file, so none is written.
  const stale = !(await exists(hidden)) || (await isNewer(path.join(folder, 'package.json'), hidden))
  return stale && !(installed && !(await exists(hidden)))
    ? ['npm', 'install', '--no-package-lock', ...quiet]
    : undefined
}

async function isNewer(file: string, than: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(file), stat(than)])
  return a.mtimeMs > b.mtimeMs
}

interface Lock {
  packages?: Record<string, LockedPackage & RootEntry>
}
interface LockedPackage {
  version?: string
  integrity?: string
  optional?: boolean
  peer?: boolean
}
interface RootEntry {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Lock
  } catch {
    // Missing or damaged: npm reports it better than we could.
    return undefined
  }
}

/** Whether what is installed matches the lock file. Times alone don't show it: a checkout makes every file new. */
async function isSame(lockFile: string, hiddenFile: string): Promise<boolean> {
  if (!(await exists(hiddenFile))) return false
  const packageFile = path.join(path.dirname(lockFile), 'package.json')
  if (!(await isNewer(lockFile, hiddenFile)) && !(await isNewer(packageFile, hiddenFile))) return true
  const [lock, hidden] = await Promise.all([readLock(lockFile), readLock(hiddenFile)])
  if (lock?.packages === undefined || hidden?.packages === undefined) return false
  const { packages } = hidden
  const differs = Object.entries(lock.packages).some(([name, locked]) => name !== '' && !isMet(locked, packages[name]))
  if (differs) return false
  return lockCovers(lockFile, packageFile)
}

/** Whether a locked package is installed as locked, or need not be. */
function isMet(locked: LockedPackage, installed: LockedPackage | undefined): boolean {
  if (installed === undefined) return locked.optional === true || locked.peer === true
  return installed.version === locked.version && installed.integrity === locked.integrity
}

/** Whether the lock file was made from this package.json. */
async function lockCovers(lockFile: string, packageFile: string): Promise<boolean> {
  const [lock, json] = await Promise.all([readLock(lockFile), readLock(packageFile) as Promise<RootEntry | undefined>])
  const root = lock?.packages?.['']
  const same = (a: Record<string, string> = {}, b: Record<string, string> = {}) =>
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, range]) => b[name] === range)
  return same(root?.dependencies, json?.dependencies) && same(root?.devDependencies, json?.devDependencies)
}
