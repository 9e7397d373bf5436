/**
 * `npm start [-- FOLDER]`: installs and builds what is missing, then opens the window, or the browser door where
 * there can be no window. Without a folder it opens the bundled sample. Node built-ins only.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join, resolve } from 'node:path'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

const SAMPLE = 'examples/asset-transfer-typescript'
const electronPackage = join(root, 'node_modules/electron')
/** How long the place that Electron is downloaded from may take to answer at all. */
const REACHABLE_WITHIN_MS = 5_000
/** How long the download itself (about 120 MB) may take. */
const DOWNLOAD_WITHIN_MS = 10 * 60_000
/** An Electron that ends with an error sooner than this could not open its window. */
const OPENED_AFTER_MS = 4_000

requireNode()
install()
build()

const given = process.argv.slice(2)
// npm runs this in the clone's root; a relative folder is meant from where the author stands.
const from = process.env['INIT_CWD'] ?? process.cwd()
const folders = given.length > 0 ? given.map((folder) => resolve(from, folder)) : [join(root, SAMPLE)]

const electron = await findElectron()
const failure = 'reason' in electron ? electron.reason : await openWindow(electron.program)
if (failure !== undefined) {
  say(`No Electron window: ${failure} Opening the browser door instead.`)
  process.argv = [process.execPath, join(root, 'main/slipway.mjs'), 'serve', ...folders]
  await import('../main/slipway.mjs')
}

/** @returns {Promise<{ program: string } | { reason: string }>} */
async function findElectron() {
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return { reason: 'there is no display.' }
    if (process.getuid?.() === 0) return { reason: 'its sandbox does not run as root.' }
  }
  const there = electronProgram()
  if (there !== undefined) return { program: there }
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override) return { reason: `there is none in ELECTRON_OVERRIDE_DIST_PATH (${override}).` }
  const reason = await download()
  const program = electronProgram()
  if (program !== undefined) return { program }
  return { reason: reason ?? 'its download left no program behind.' }
}

/** Where the electron package, or who overrides it, keeps the program; undefined where it is not there yet. */
function electronProgram() {
  const pathFile = join(electronPackage, 'path.txt')
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : (names[process.platform] ?? 'electron')
  const program = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(electronPackage, 'dist'), name)
  return existsSync(program) ? program : undefined
}

/**
 * Electron's own installer, bounded: a network that swallows packets must not hold up the start.
 * @returns {Promise<string | undefined>} why it failed
 */
async function download() {
  // Behind a proxy only the installer knows the way, so it is asked at once.
  const mirror = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com/'
  if (!process.env['ELECTRON_GET_USE_PROXY'] && mirror.startsWith('https:')) {
    const unreachable = await whyUnreachable(mirror)
    if (unreachable !== undefined) return `it cannot be downloaded from ${new URL(mirror).host} (${unreachable}).`
  }
  say('Downloading Electron (about 120 MB, once)…')
  return new Promise((settle) => {
    const child = spawn(process.execPath, [join(electronPackage, 'install.js')], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: DOWNLOAD_WITHIN_MS,
    })
    let words = ''
    child.stderr.on('data', (chunk) => (words += chunk))
    child.on('error', (error) => settle(`its download could not be started (${error.message}).`))
    child.on('close', (code) => {
      if (code === 0) return settle(undefined)
      const line =
        words.split('\n').find((text) => /error/i.test(text)) ?? `its installer ended with ${code ?? 'a timeout'}`
      settle(`its download failed (${line.trim().slice(0, 120)}).`)
    })
  })
}

/**
 * @param {string} url
 * @returns {Promise<string | undefined>}
 */
function whyUnreachable(url) {
  return new Promise((settle) => {
    const asked = request(url, { method: 'HEAD', timeout: REACHABLE_WITHIN_MS }, (response) => {
      response.resume()
      settle(undefined)
    })
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${REACHABLE_WITHIN_MS / 1000} s`)))
    asked.on('error', (error) => settle('code' in error ? String(error.code) : error.message))
    asked.end()
  })
}

/**
 * Runs the window until it is closed.
 * @param {string} program
 * @returns {Promise<string | undefined>} why no window could be opened
 */
function openWindow(program) {
  const startedAt = Date.now()
  return new Promise((settle) => {
    const child = spawn(program, [root, ...folders], { cwd: from, stdio: 'inherit' })
    // Ctrl-C reaches both; the window ends the peer, and this process waits for it.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
    child.on('error', (error) => settle(`Electron could not be started (${error.message}).`))
    child.on('close', (code, signal) => {
      if (code !== 0 && Date.now() - startedAt < OPENED_AFTER_MS) {
        return settle(`Electron ended at once (${signal ?? `code ${code}`}).`)
      }
      process.exitCode = code ?? 1
      settle(undefined)
    })
  })
}
