import path from 'node:path'
import { firstOf, hasAllDependencies, isNewer, readJson } from './installed.ts'
import { exists } from './start-script.ts'

/** An install with a tool other than npm. */
interface OtherInstall {
  /** Where to run it. */
  folder: string
  argv: string[]
  /** The file that the tool leaves in node_modules. */
  marker: string
  /** What it would install is there. */
  isDone: boolean
}

/** Their lock files, and what they leave in node_modules. */
const TOOLS = [
  { tool: 'pnpm', locks: ['pnpm-lock.yaml'], marks: ['.modules.yaml'] },
  { tool: 'yarn', locks: ['yarn.lock'], marks: ['.yarn-integrity', '.yarn-state.yml'] },
  { tool: 'bun', locks: ['bun.lock', 'bun.lockb'], marks: ['.bun'] },
]

/** Dependencies that npm refuses with EUNSUPPORTEDPROTOCOL. */
const NOT_FOR_NPM = /^(?:workspace|catalog|portal|link|patch):/

/**
 * The tool that must install instead of npm: since it made node_modules, where npm would only do damage (npm 11 takes a
 * pnpm folder's links for packages of the author's, and installs their devDependencies), or since package.json has
 * dependencies that npm can't install. `root`: of its workspace. Undefined: npm can, as it does on a peer.
 */
export async function otherInstaller(folder: string, root: string): Promise<OtherInstall | undefined> {
  const needsOther = await hasUnsupported(folder)
  for (const { tool, locks, marks } of TOOLS) {
    const at = await folderOfLock(folder, root, locks)
    if (at === undefined) continue
    const lock = path.join(at, (await firstOf(at, locks)) ?? '')
    const mark = await firstOf(path.join(at, 'node_modules'), marks)
    if (mark === undefined && !needsOther) continue
    const marker = path.join(at, 'node_modules', mark ?? marks[0] ?? '')
    const isDone = mark !== undefined && !(await isNewer(lock, marker)) && (await hasAllDependencies(folder))
    return { folder: at, argv: [tool, 'install', '--frozen-lockfile'], marker, isDone }
  }
  return undefined
}

async function hasUnsupported(folder: string): Promise<boolean> {
  const { dependencies, devDependencies, optionalDependencies } =
    (await readJson(path.join(folder, 'package.json'))) ?? {}
  const ranges = Object.values({ ...devDependencies, ...optionalDependencies, ...dependencies })
  return ranges.some((range) => NOT_FOR_NPM.test(range))
}

/** The folder itself, its workspace's root, or that of pnpm's workspace, which package.json doesn't name. */
async function folderOfLock(folder: string, root: string, locks: string[]): Promise<string | undefined> {
  for (const at of [folder, root]) if ((await firstOf(at, locks)) !== undefined) return at
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (await exists(path.join(at, 'pnpm-workspace.yaml'))) {
      return (await firstOf(at, locks)) === undefined ? undefined : at
    }
  }
  return undefined
}
