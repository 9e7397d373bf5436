import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { constants, Script } from 'node:vm'
import { root } from '../../main/root.ts'

/** The version that electron-builder writes an asar with. */
const asar = createRequire(
  createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json')).resolve(
    'app-builder-lib/package.json',
  ),
)('@electron/asar') as { listPackage(archive: string): string[]; extractAll(archive: string, to: string): void }

/** What `npm run dist -- --dir` left in a folder. */
export interface Packaged {
  /** What electron-builder and our build printed. */
  output: string
  /** The folder that an installer would install; on macOS, the app. */
  folder: string
  /** Its `resources/`. */
  resources: string
}

/** Build the folder that an installer would install: with Electron where it is downloaded, otherwise with a stand-in. */
export async function packageApp(into: string): Promise<Packaged> {
  const args = [join(root, 'build/dist.mjs'), '--dir', `--config.directories.output=${into}`]
  const built = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  const output = built.stdout + built.stderr
  if (built.status !== 0) throw new Error(`npm run dist failed: ${output}`)
  const unpacked = (await readdir(into)).find((name) => /-unpacked$|^mac/.test(name))
  if (unpacked === undefined) throw new Error(`npm run dist left nothing in ${into}: ${output}`)
  const isMac = process.platform === 'darwin'
  const folder = isMac ? join(into, unpacked, 'Slipway.app') : join(into, unpacked)
  return { output, folder, resources: isMac ? join(folder, 'Contents/Resources') : join(folder, 'resources') }
}

/** The files of its asar, with `/` between folders. */
export async function asarFiles({ resources }: Packaged): Promise<string[]> {
  const paths = asar.listPackage(join(resources, 'app.asar')).map((path) => path.replaceAll('\\', '/').slice(1))
  // It lists folders too.
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`))).sort()
}

/**
 * Install a package where Node can run it: Node doesn't read an asar, so a folder has its name and its contents. The
 * `electron` that its code imports is the double that `globalThis[Symbol.for('slipway.electron')]` holds.
 */
export async function installApp({ resources }: Packaged, into: string): Promise<Installed> {
  const installed = { folder: into, resources: join(into, 'resources'), app: join(into, 'resources/app.asar') }
  await mkdir(installed.resources, { recursive: true })
  await cp(resources, installed.resources, {
    recursive: true,
    filter: (path) => !/app\.asar(\.unpacked)?$/.test(path),
  })
  asar.extractAll(join(resources, 'app.asar'), installed.app)
  const electron = join(installed.app, 'node_modules/electron')
  await mkdir(electron)
  const names = Object.keys(await import('./electron-double.ts'))
  const exported = names.map((name) => `export const ${name} = electron.${name}\n`)
  await writeFile(join(electron, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
  await writeFile(
    join(electron, 'index.js'),
    `const electron = globalThis[Symbol.for('slipway.electron')]\n${exported.join('')}`,
  )
  return installed
}

export interface Installed {
  folder: string
  resources: string
  /** Its asar, unpacked. */
  app: string
}

/** Run its main program in this process, as Electron would. */
export async function runMain({ app, resources }: Installed, args: string[]): Promise<void> {
  Object.assign(process, { resourcesPath: resources })
  process.argv = [join(app, '../../slipway'), ...args]
  runs += 1
  // Vite would turn an `import` here into its own, and bundle the program again.
  const nodeImport = new Script('(url) => import(url)', {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (url: string) => Promise<unknown>
  await nodeImport(`${pathToFileURL(join(app, 'dist/electron.js')).href}?run=${runs}`)
}

let runs = 0

/** Names and contents of all files below a folder, as one hash. */
export async function treeHash(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name)
    hash.update(`\0${path}\0`)
    if (entry.isFile()) hash.update(await readFile(path))
    if (entry.isSymbolicLink()) hash.update(await readlink(path))
  }
  return hash.digest('hex')
}
