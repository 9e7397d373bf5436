// @module-tag slow
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, truncate, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, posix, relative } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { root } from '../../main/root.ts'
import { launchChromium } from '../support/chromium.ts'
import * as electron from '../support/electron-double.ts'
import { copyFixture } from '../support/fixtures.ts'
import {
  asarFiles,
  installApp,
  packageApp,
  runMain,
  treeHash,
  type Installed,
  type Packaged,
} from '../support/packaged-app.ts'
import { needs } from '../support/require.ts'
import { removeFolder, tempFolder } from '../support/temp.ts'
import { openFunction, registrationIs, says, typeAndSend } from '../support/window.ts'

/** What opening a sample in a clone leaves in it. */
const MADE = /\/(node_modules|dist|\.slipway)\//
/** Windows opens no program by a longer path. */
const PATH_LENGTH = process.platform === 'win32' ? 120 : 200

let temp: string
let packaged: Packaged
let installed: Installed
let hashBefore: string

beforeAll(async () => {
  temp = await realpath(await mkdtemp(join(tmpdir(), 'slipway-dist-')))
  packaged = await packageApp(join(temp, 'release'))
  installed = await installApp(packaged, awkward('installed'))
  hashBefore = await treeHash(installed.folder)
})
afterAll(() => removeFolder(temp))

/** A folder with spaces, letters of several alphabets and a long path. */
function awkward(name: string): string {
  const folder = join(temp, `${name} für Ελένη, 漢字 `)
  return folder.padEnd(PATH_LENGTH, 'x')
}

describe('the asar', () => {
  test('holds the programs and all they load, and nothing else of ours', async () => {
    const ours = (await asarFiles(packaged)).filter((path) => !path.startsWith('node_modules/'))
    const others = ours.filter((path) => !/^dist\/(chunks|renderer)\//.test(path))
    expect(others).toEqual(['dist/cleaner.js', 'dist/cli.js', 'dist/electron.js', 'dist/preload.cjs', 'package.json'])

    const chunks = ours.filter((path) => path.startsWith('dist/chunks/'))
    const loaded = await Promise.all(['dist/cli.js', 'dist/electron.js', ...chunks].map(importedBy))
    expect([...new Set(loaded.flat())].sort()).toEqual(chunks)

    const built = await filesUnder(join(root, 'dist/renderer'))
    expect(ours.filter((path) => path.startsWith('dist/renderer/'))).toEqual(
      built.map((path) => `dist/renderer/${path}`),
    )
  })

  test('holds classic-level, with what runs of it and for this system alone', async () => {
    const modules = (await asarFiles(packaged)).filter((path) => path.startsWith('node_modules/'))
    const names = [...new Set(modules.map((path) => path.split('/')[1]))]
    expect(names).toEqual([
      'abstract-level',
      'base64-js',
      'buffer',
      'classic-level',
      'ieee754',
      'is-buffer',
      'level-supports',
      'level-transcoder',
      'maybe-combine-errors',
      'module-error',
      'node-gyp-build',
    ])
    expect(modules.filter((path) => !/\.js$|\/package\.json$|\/LICENSE$/.test(path))).toEqual([
      expect.stringMatching(/^node_modules\/classic-level\/prebuilds\/[^/]+\/classic-level(\.armv8)?\.node$/),
    ])
    expect(modules.filter((path) => /\/(test|tests|benchmark|example|deps)\//.test(path))).toEqual([])
  })

  test('has a package.json without what only developers need', async () => {
    const json = JSON.parse(await readFile(join(installed.app, 'package.json'), 'utf8'))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(json).toMatchObject({ name: 'slipway', version, main: 'dist/electron.js', desktopName: 'slipway.desktop' })
    expect(Object.keys(json.dependencies)).toEqual(['classic-level'])
    expect(json).not.toHaveProperty('devDependencies')
    expect(json).not.toHaveProperty('scripts')
  })
})

describe('beside the asar', () => {
  test('native code alone is unpacked, and loads', async () => {
    const unpacked = join(packaged.resources, 'app.asar.unpacked')
    const files = await filesUnder(unpacked)
    expect(files).toEqual([expect.stringMatching(/^node_modules\/classic-level\/prebuilds\/.*\.node$/)])
    const binding: unknown = createRequire(import.meta.url)(join(unpacked, files[0] ?? ''))
    expect(binding).toHaveProperty('db_open')
  })

  test('are the samples as we keep them, and the licence', async () => {
    const samples = (await filesUnder(root, 'examples')).filter((file) => !MADE.test(file))
    expect(await filesUnder(packaged.resources, 'examples')).toEqual(samples)
    for (const file of [...samples, 'LICENSE']) {
      expect(await readFile(join(packaged.resources, file), 'utf8')).toBe(await readFile(join(root, file), 'utf8'))
    }
  })

  test('the size of our part is printed, and a larger one refused', async () => {
    expect(packaged.output).toMatch(/own part of the package: \d+\.\d MB of at most 25/)
    const resources = await tempFolder('resources')
    await mkdir(join(resources, 'examples'))
    await writeFile(join(resources, 'examples/large'), '')
    await truncate(join(resources, 'examples/large'), 25_000_001)
    const script = `import { requireSmall } from './build/own-size.mjs'
      requireSmall({ appOutDir: '', packager: { getResourcesDir: () => ${JSON.stringify(resources)} } })`
    const args = ['--input-type=module', '--eval', script]
    expect(spawnSync(process.execPath, args, { cwd: root }).status).not.toBe(0)
    await truncate(join(resources, 'examples/large'), 25_000_000)
    expect(spawnSync(process.execPath, args, { cwd: root }).status).toBe(0)
  })

  test('the program has its fuses flipped', async () => {
    const OFF = '0'
    const ON = '1'
    expect(await fuses()).toEqual({
      runAsNode: OFF,
      enableCookieEncryption: ON,
      enableNodeOptionsEnvironmentVariable: OFF,
      enableNodeCliInspectArguments: OFF,
      enableEmbeddedAsarIntegrityValidation: ON,
      onlyLoadAppFromAsar: ON,
      loadBrowserProcessSpecificV8Snapshot: OFF,
      grantFileProtocolExtraPrivileges: OFF,
    })
  })
})

describe('the installed command line', () => {
  test('prints its version, and calls a chaincode', async () => {
    const folder = awkward('called')
    await copyFixture('javascript-contract', 'installed', folder)
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(await run('--version')).toBe(`${version}\n`)
    const result = JSON.parse(await run('submit', folder, 'Put', 'k', 'v'))
    expect(result).toMatchObject({ status: 200, validationCode: 'VALID' })
    expect(JSON.parse(await run('evaluate', folder, 'Get', 'k'))).toMatchObject({ payload: 'v' })
  })

  async function run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [join(installed.app, 'dist/cli.js'), ...args])
    return stdout
  }
})

needs('chromium').describe('the installed app', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('opens a sample, submits and quits', async () => {
    const folder = awkward('sample')
    await copyFixture('asset-transfer-typescript', 'installed', folder)
    await start(folder)
    const shown = await electron.double.window()
    const page = await shown.page
    expect(shown.options.webPreferences?.preload).toBe(join(installed.app, 'dist/preload.cjs'))
    await registrationIs(page, 'ready')
    await openFunction(page, 'CreateAsset')
    await typeAndSend(page, 'asset9', 'teal', '7', 'Ada', '90')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    electron.app.quit()
    expect(await electron.double.exited).toBe(0)
    expect(existsSync(join(folder, '.slipway/peer.json'))).toBe(false)
  })

  /** Start it as Electron would, and end it with the test. */
  async function start(...args: string[]): Promise<void> {
    electron.double.reset(browser)
    Object.assign(globalThis, { [Symbol.for('slipway.electron')]: electron })
    Object.assign(electron.app, { isPackaged: true })
    const settings = await tempFolder('settings')
    vi.stubEnv('SLIPWAY_SETTINGS', settings)
    vi.stubEnv('APPDATA', settings)
    const argv = process.argv
    onTestFinished(async () => {
      electron.app.quit()
      await electron.double.exited
      process.argv = argv
      vi.unstubAllEnvs()
    })
    await runMain(installed, args)
  }
})

test('writes nothing into the installation', async () => {
  expect(await treeHash(installed.folder)).toBe(hashBefore)
})

/** The chunks that a file of the bundle imports, at once or later; a comment in it may name other files. */
async function importedBy(file: string): Promise<string[]> {
  const code = await readFile(join(installed.app, file), 'utf8')
  const found = code.matchAll(/["']\.\/((?:chunks\/)?[\w.-]+-[\w-]{8}\.js)["']/g)
  return [...found].map(([, path = '']) => posix.join(posix.dirname(file), path))
}

/** Each fuse of the packaged program: the bytes behind the text that marks them, in the order Electron defines. */
async function fuses(): Promise<Record<string, string>> {
  const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
  const names = [
    'runAsNode',
    'enableCookieEncryption',
    'enableNodeOptionsEnvironmentVariable',
    'enableNodeCliInspectArguments',
    'enableEmbeddedAsarIntegrityValidation',
    'onlyLoadAppFromAsar',
    'loadBrowserProcessSpecificV8Snapshot',
    'grantFileProtocolExtraPrivileges',
  ]
  const programs: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Contents/Frameworks/Electron Framework.framework/Electron Framework',
    win32: 'Slipway.exe',
  }
  const program = await readFile(join(packaged.folder, programs[process.platform] ?? 'slipway'))
  const at = program.indexOf(SENTINEL) + SENTINEL.length + 2
  return Object.fromEntries(names.map((name, index) => [name, String.fromCharCode(program[at + index] ?? 0)]))
}

/** The files below a folder, or below one inside it, relative to the first and sorted. */
async function filesUnder(folder: string, inside = '.'): Promise<string[]> {
  const entries = await readdir(join(folder, inside), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.map((file) => relative(folder, file).replaceAll('\\', '/')).sort()
}
