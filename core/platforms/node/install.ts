import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../../project/project.ts'
import { runTool, type BuildRun } from '../run-tool.ts'
import { exists } from './start-script.ts'

/** Install dependencies where they are missing or not those of the lock file. Says with which command, or undefined. */
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
    // A package.json that was edited since: `npm ci` would refuse, `npm install` brings the lock file up to date.
    return ['npm', (await lockCovers(lock, path.join(folder, 'package.json'))) ? 'ci' : 'install', ...quiet]
  }
  // The author keeps no lock file, so none is left behind.
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
  packages?: Record<string, { version?: string; integrity?: string; optional?: boolean; peer?: boolean } & RootEntry>
}
interface RootEntry {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Lock
  } catch {
    // Missing or damaged: npm will say so better than we could.
    return undefined
  }
}

/** What is installed is what the lock file says. Times alone do not tell: a checkout makes every file new. */
async function isSame(lockFile: string, hiddenFile: string): Promise<boolean> {
  if (!(await exists(hiddenFile))) return false
  const packageFile = path.join(path.dirname(lockFile), 'package.json')
  if (!(await isNewer(lockFile, hiddenFile)) && !(await isNewer(packageFile, hiddenFile))) return true
  const [lock, hidden] = await Promise.all([readLock(lockFile), readLock(hiddenFile)])
  if (lock?.packages === undefined || hidden?.packages === undefined) return false
  for (const [name, wanted] of Object.entries(lock.packages)) {
    const there = hidden.packages[name]
    if (name === '' || (there === undefined && (wanted.optional === true || wanted.peer === true))) continue
    if (there?.version !== wanted.version || there?.integrity !== wanted.integrity) return false
  }
  return lockCovers(lockFile, packageFile)
}

/** The lock file was made of this package.json. */
async function lockCovers(lockFile: string, packageFile: string): Promise<boolean> {
  const [lock, json] = await Promise.all([readLock(lockFile), readLock(packageFile) as Promise<RootEntry | undefined>])
  const root = lock?.packages?.['']
  const same = (a: Record<string, string> = {}, b: Record<string, string> = {}) =>
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, range]) => b[name] === range)
  return same(root?.dependencies, json?.dependencies) && same(root?.devDependencies, json?.devDependencies)
}
