import { access, constants, readFile, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../../contract/error-message.ts'
import { PeerError } from '../../contract/error.ts'
import { systemFault } from '../../contract/system-fault.ts'
import type { Project } from '../../project/project.ts'
import { runTool, type BuildRun } from '../run-tool.ts'
import { firstOf, hasAllDependencies, isNewer, readJson } from './installed.ts'
import { NPM_LOCKS, lockedPackages, type Declared, type LockedPackage, type LockedPackages } from './lock-file.ts'
import { otherInstaller } from './other-installer.ts'
import { exists } from './start-script.ts'
import { isUnfinished, untilFinished } from './unfinished-install.ts'
import { workspaceRoot } from './workspace-root.ts'

/** An install that is needed. */
interface Install {
  /** Where to run it: the project's folder, or the root of its workspace. */
  folder: string
  argv: string[]
  /** A file whose time says when it was last done, if the tool doesn't always write it. */
  marker?: string | undefined
}

/**
 * Install dependencies if they are missing or don't match the lock file: what net mode and a peer install, with npm,
 * beside the devDependencies that a build needs. What another tool has installed is left to it. Returns the command, or
 * undefined if nothing was needed. Throws INSTALL_READ_ONLY, what runTool throws.
 */
export async function installNode(project: Project, run: BuildRun): Promise<string | undefined> {
  const install = await neededInstall(project.folder)
  if (install === undefined) return undefined
  await checkWritable(install.folder)
  const words = install.argv.slice(0, 2).join(' ')
  run.note(words)
  const runHere = () => runTool({ ...project, folder: install.folder }, install.argv, run, 'install')
  await untilFinished(install.folder, () =>
    keepingFile(path.join(install.folder, 'yarn.lock'), install.argv[0] === 'npm', runHere),
  )
  if (install.marker !== undefined) await touch(install.marker)
  return words
}

/** No tool says it in words that help: npm reports that node_modules doesn't exist. Throws INSTALL_READ_ONLY. */
async function checkWritable(folder: string): Promise<void> {
  const modules = path.join(folder, 'node_modules')
  const place = (await exists(modules)) ? modules : folder
  await access(place, constants.W_OK).catch((cause: unknown) => {
    // A folder that is gone is for the tool's start to say.
    if (systemFault(cause) !== 'read-only') return
    throw new PeerError('INSTALL_READ_ONLY', { folder, message: messageOf(cause) }, { cause })
  })
}

async function neededInstall(folder: string): Promise<Install | undefined> {
  const workspace = await workspaceRoot(folder)
  // A peer gets the folder alone: its own lock file stands above its workspace's.
  const own = await firstOf(folder, NPM_LOCKS)
  if (own !== undefined) return byLockFile(folder, folder, own, workspace === undefined ? [] : ['--no-workspaces'])
  const root = workspace ?? folder
  const shared = await firstOf(root, NPM_LOCKS)
  if (shared !== undefined) return byLockFile(folder, root, shared)
  const other = await otherInstaller(folder, root)
  if (other !== undefined) return other.isDone && !(await isUnfinished(other.folder)) ? undefined : other
  return withoutLockFile(folder, root)
}

/** As Fabric's build.sh does (fabric-chaincode-node docker/fabric-nodeenv/build.sh), with the devDependencies. */
async function byLockFile(
  folder: string,
  root: string,
  lockName: string,
  flags: string[] = [],
): Promise<Install | undefined> {
  const packageFile = path.join(folder, 'package.json')
  const [lockFile, hidden] = [path.join(root, lockName), hiddenLock(root)]
  const wasInstalled = (await exists(hidden)) && !(await isUnfinished(root))
  if (wasInstalled && !(await isNewer(lockFile, hidden)) && !(await isNewer(packageFile, hidden))) return undefined
  const [lock, installed, declared] = await Promise.all([lockFile, hidden, packageFile].map(readJson))
  const locked = lockedPackages(lock)
  const place = path.relative(root, folder).replaceAll('\\', '/')
  if (locked !== undefined && declared !== undefined) {
    const isComplete = wasInstalled && isInstalled(locked, lockedPackages(installed) ?? {})
    if (isComplete && isMadeFrom(locked[place] ?? {}, declared)) return undefined
    // Loaded only here: most starts install nothing.
    const { lockFaults } = await import('./lock-faults.ts')
    // `npm ci` would refuse, since package.json was edited; `npm install` updates the lock file.
    const isStale = lockFaults(locked, declared, place).length > 0
    if (isStale) return { folder: root, argv: ['npm', 'install', ...QUIET, ...flags] }
  }
  return { folder: root, argv: ['npm', 'ci', ...QUIET, ...flags] }
}

/**
 * The author keeps no lock file of npm's, so none is written. `--no-package-lock` would do so too, but then npm wouldn't
 * take the versions of a yarn.lock, as it does on a peer (npm 11, Arborist's checkYarnLock).
 */
async function withoutLockFile(folder: string, root: string): Promise<Install | undefined> {
  const hidden = hiddenLock(root)
  // yarn.lock is put back, and so becomes the newer one.
  const install = { folder: root, argv: ['npm', 'install', '--no-save', ...QUIET], marker: hidden }
  if (await isUnfinished(root)) return install
  if (!(await exists(hidden))) {
    // Installed by what leaves no mark, such as an old npm, or never.
    return (await hasAllDependencies(folder)) ? undefined : install
  }
  for (const file of [path.join(folder, 'package.json'), path.join(root, 'yarn.lock')]) {
    if (await isNewer(file, hidden)) return install
  }
  return undefined
}

const QUIET = ['--no-audit', '--no-fund']

/** npm's own record of what it installed. */
function hiddenLock(folder: string): string {
  return path.join(folder, 'node_modules', '.package-lock.json')
}

/** Whether what is installed is what is locked. Times alone don't show it: a checkout makes every file new. */
function isInstalled(locked: LockedPackages, installed: LockedPackages): boolean {
  const names = new Set([...Object.keys(locked), ...Object.keys(installed)])
  // The others are the author's own packages.
  return [...names].every((name) => !name.includes('node_modules/') || isMet(locked[name], installed[name]))
}

/** Whether a package is installed as locked, or need not be. */
function isMet(locked: LockedPackage | undefined, installed: LockedPackage | undefined): boolean {
  // What the author linked in is the author's.
  if (locked === undefined) return installed?.link === true
  if (installed === undefined) return locked.optional === true || locked.peer === true
  return installed.version === locked.version && installed.integrity === locked.integrity
}

/** Whether a lock file was made from this package.json. */
function isMadeFrom(root: Declared, declared: Declared): boolean {
  const same = (a: Record<string, string> = {}, b: Record<string, string> = {}) =>
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, range]) => b[name] === range)
  return (
    same(root.dependencies, declared.dependencies) &&
    same(root.devDependencies, declared.devDependencies) &&
    same(root.optionalDependencies, declared.optionalDependencies)
  )
}

/** npm rewrites a yarn.lock that it reads, even with `--no-save` (npm 11, Arborist's Shrinkwrap.save). */
async function keepingFile(file: string, isKept: boolean, work: () => Promise<void>): Promise<void> {
  const before = isKept ? await readFile(file).catch(() => undefined) : undefined
  try {
    await work()
  } finally {
    const after = before && (await readFile(file).catch(() => undefined))
    if (before !== undefined && after?.equals(before) !== true) await writeFile(file, before)
  }
}

async function touch(file: string): Promise<void> {
  const at = new Date()
  // A tool that left no mark has nothing to be compared with the next time.
  await utimes(file, at, at).catch(() => undefined)
}
