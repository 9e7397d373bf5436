import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { missing } from './require.ts'
import { removeFolder } from './temp.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const cacheRoot = join(root, 'node_modules/.cache/slipway')
/** An older lock was left by a process that is gone. */
const LOCK_STALE_MS = 300_000

const kinds = {
  'asset-transfer-typescript': 'typescript',
  'asset-transfer-go': 'go',
  'javascript-contract': 'node',
  'javascript-shim': 'node',
  misbehaving: 'node',
  'go-shim-v1': 'go',
  'go-shim-v2': 'go',
  'go-server': 'go',
  'probe-go-v2': 'go',
  'programs-go': 'go',
  'probe-contract': 'node',
  'probe-node-1.4': 'node',
  'probe-node-2.2': 'node',
  'javascript-server': 'node',
  'java-contract': 'java',
  'feature-go': 'go',
  'feature-node': 'node',
  'feature-java': 'java',
  'two-orgs-go': 'go',
  'two-orgs-typescript': 'typescript',
  'samples-shim-go': 'go',
  'samples-shim-node': 'node',
  'samples-shim-java': 'java',
  'samples-contract-go': 'go',
  'samples-contract-node': 'node',
  'samples-contract-java': 'java',
  'fabric-network-2.2': 'node',
  'application-go': 'go',
  'application-load-go': 'go',
  'application-java': 'java',
  'fabric-gateway-java-2.2': 'java',
  'node-tools': 'node',
} as const

export type FixtureName = keyof typeof kinds
const fixtureNames = Object.keys(kinds) as FixtureName[]

/** The applications on public clients. */
const isApplication = (name: FixtureName): boolean => /^(application|fabric-network|fabric-gateway-java)-/.test(name)

/** The sources of an example, a test chaincode or an application, or what names tools. Never built in place. */
export function sources(name: FixtureName): string {
  if (name === 'node-tools') return join(root, 'test/fixtures', name)
  if (name.startsWith('asset-transfer')) return join(root, 'examples', name)
  return join(root, 'test/fixtures', isApplication(name) ? 'applications' : 'chaincode', name)
}

/**
 * The folder with a prepared fixture: `node_modules`, `dist`, `target/chaincode.jar`, or the program `chaincode`. Prepared
 * on first use, in another folder that is renamed when complete; a second process waits.
 */
export async function prepared(name: FixtureName): Promise<string> {
  return cached(name, await keyOf(name), async (making) => {
    await cp(sources(name), making, {
      recursive: true,
      filter: (path) => !/[\\/](node_modules|dist|target)$/.test(path),
    })
    await make(name, making)
  })
}

/** The version that fits the Go versions of the recordings; it also takes older ones. */
const DELVE = 'github.com/go-delve/delve/cmd/dlv@v1.27.2'

/** A folder with Delve's `dlv`, as `go install` puts it into GOBIN. The Go on this machine has compiled go-shim-v2 for it. */
export async function preparedDelve(): Promise<string> {
  const { stdout } = await run('go', ['version'])
  const key = createHash('sha256').update(`${DELVE} ${stdout}`).digest('hex').slice(0, 16)
  return cached('delve', key, async (making) => {
    await mkdir(making)
    await run('go', ['install', DELVE], { env: { ...process.env, GOBIN: making, GOFLAGS: '' } })
    await run('go', ['build', '-gcflags=all=-N -l', '-o', join(making, 'warm'), '.'], { cwd: sources('go-shim-v2') })
    await rm(join(making, 'warm'))
  })
}

/** A folder of the cache, made by `make` on first use. */
async function cached(name: string, key: string, make: (making: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot, `${name}-${key}`)
  if (existsSync(folder)) return folder
  await mkdir(cacheRoot, { recursive: true })
  const unlock = await lock(`${folder}.lock`)
  try {
    if (existsSync(folder)) return folder
    const making = `${folder}.making`
    await removeFolder(making)
    await make(making)
    await rename(making, folder)
    await forgetOlder(name, folder)
    return folder
  } finally {
    await unlock()
  }
}

/** Prepare everything this machine can. A failure is printed to stderr, and fails again in the test that needs it. */
export async function prepareAll(): Promise<void> {
  for (const name of fixtureNames) {
    const kind = kinds[name]
    if ((kind === 'go' || kind === 'java') && missing(kind) !== undefined) continue
    await prepared(name).catch((error: unknown) => process.stderr.write(`fixture ${name}: ${String(error)}\n`))
  }
  if (missing('go') !== undefined) return
  await preparedDelve().catch((error: unknown) => process.stderr.write(`Delve: ${String(error)}\n`))
}

async function make(name: FixtureName, cwd: string): Promise<void> {
  const options = { cwd, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' }
  switch (kinds[name]) {
    case 'node':
      await run('npm', ['ci', '--no-audit', '--no-fund'], options)
      return
    case 'typescript':
      await run('npm', ['ci', '--no-audit', '--no-fund'], options)
      await run('npm', ['run', 'build'], options)
      return
    case 'go':
      await run('go', ['build', '-o', process.platform === 'win32' ? 'chaincode.exe' : 'chaincode', '.'], options)
      return
    case 'java':
      await run('mvn', ['-B', '-q', '-ntp', '-DskipTests', 'package'], options)
  }
}

/** A hash of the sources: of all of them if they are compiled, of package and lock if they only need modules. */
async function keyOf(name: FixtureName): Promise<string> {
  const folder = sources(name)
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.version.split('.')[0] ?? ''}`)
  const files =
    kinds[name] === 'node'
      ? ['package.json', 'package-lock.json']
      : (await filesOf(folder)).filter((f) => !f.endsWith('.md'))
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(folder, file)))
  return hash.digest('hex').slice(0, 16)
}

async function filesOf(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const nested = await Promise.all(
    entries
      .filter(({ name }) => !['node_modules', 'dist', 'target', '.slipway'].includes(name))
      .map(async (entry) =>
        entry.isDirectory() ? filesOf(folder, join(below, entry.name)) : [join(below, entry.name)],
      ),
  )
  return nested.flat().sort()
}

async function forgetOlder(name: string, kept: string): Promise<void> {
  const older = (await readdir(dirname(kept))).filter((entry) => new RegExp(`^${name}-[0-9a-f]{16}$`).test(entry))
  await Promise.all(
    older
      .map((entry) => join(cacheRoot, entry))
      .filter((path) => path !== kept)
      .map(removeFolder),
  )
}

async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await mkdir(path)
      return () => rm(path, { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const made = await stat(path).catch(() => undefined)
    if (made !== undefined && Date.now() - made.mtimeMs > LOCK_STALE_MS)
      await rm(path, { recursive: true, force: true })
    await sleep(100)
  }
}
