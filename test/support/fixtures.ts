import { cp, link, mkdir, readdir, symlink, readlink, copyFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { prepared, sources, type FixtureName } from './fixture-cache.ts'
import { tempFolder } from './temp.ts'

export type { FixtureName } from './fixture-cache.ts'

/** What a copy comes with: the bare sources, its dependencies installed, or built as well. */
export type Readiness = 'bare' | 'installed' | 'built'

/**
 * A copy of an example or a test chaincode in a temp folder of its own. Dependencies and builds are made once and
 * kept under node_modules/.cache/slipway, keyed by what they were made of; a copy gets hard links of the dependencies and
 * copies of what was built, so that whatever happens to it does not reach the next one.
 */
export async function fixture(name: FixtureName, readiness: Readiness = 'installed'): Promise<string> {
  const folder = join(await tempFolder('fixture'), name)
  await copyFixture(name, readiness, folder)
  return folder
}

/** The same into a folder that does not exist yet, and that is the caller's to remove. */
export async function copyFixture(name: FixtureName, readiness: Readiness, folder: string): Promise<void> {
  await cp(sources(name), folder, { recursive: true, filter: isSource })
  if (readiness === 'bare') return
  const cache = await prepared(name)
  await linkTree(join(cache, 'node_modules'), join(folder, 'node_modules'))
  // A compiler writes into the files that it finds, which must not be those of the cache.
  for (const made of readiness === 'built' ? ['dist', 'target'] : []) {
    await cp(join(cache, made), join(folder, made), { recursive: true, preserveTimestamps: true }).catch(
      passOverMissing,
    )
  }
  await agePackageLock(folder)
}

type GoProgram =
  | 'go-shim-v1'
  | 'go-shim-v2'
  | 'go-server'
  | 'probe-go-v2'
  | 'programs-go'
  | 'asset-transfer-go'
  | 'application-go'
  | 'application-load-go'

/** The built program of a Go fixture: `[path]`, to be run with Fabric's flags. */
export async function goProgram(name: GoProgram): Promise<string> {
  return join(await prepared(name), process.platform === 'win32' ? 'chaincode.exe' : 'chaincode')
}

/** The command that starts an application on the public client of its language. */
export async function applicationCommand(language: 'go' | 'java'): Promise<[string, ...string[]]> {
  return language === 'go' ? [await goProgram('application-go')] : javaApplication('application-java')
}

/** The command that starts one in Java, to be followed by its arguments. */
export async function javaApplication(
  name: 'application-java' | 'fabric-gateway-java-2.2',
): Promise<[string, ...string[]]> {
  return ['java', '-jar', join(await prepared(name), 'target', 'application.jar')]
}

/** The folder of the programs `yarn`, 1.22, `pnpm`, 10, and `tsc`, 7. */
export async function nodeTools(): Promise<string> {
  return join(await prepared('node-tools'), 'node_modules', '.bin')
}

function isSource(path: string): boolean {
  return !/[\\/](node_modules|dist|target|\.slipway)$/.test(path)
}

/** Older than what was installed from it, so that nobody thinks it changed since. */
async function agePackageLock(folder: string): Promise<void> {
  const past = new Date(Date.now() - 365 * 24 * 3_600_000)
  await utimes(join(folder, 'package-lock.json'), past, past).catch(passOverMissing)
}

/** The same tree in hard links; copies where the two are on different disks. Nothing if the tree doesn't exist. */
async function linkTree(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(passOverMissing)
  if (entries === undefined) return
  await mkdir(to, { recursive: true })
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await linkTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}

function passOverMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
