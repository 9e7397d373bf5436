/**
 * `npm start [-- FOLDER]`: installs and builds what is missing, then opens the window, or the browser door if a window
 * can't open. Without a folder it opens the bundled sample. Node built-ins only.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join, resolve } from 'node:path'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

const SAMPLE = 'examples/asset-transfer-typescript'
const electronPackage = join(root, 'node_modules/electron')
/** How long Electron's download server may take to answer. */
const REACHABLE_WITHIN_MS = 5_000
/** How long the download (about 120 MB) may take. */
const DOWNLOAD_WITHIN_MS = 10 * 60_000
/** An Electron that fails sooner than this couldn't open its window. */
const OPENED_AFTER_MS = 4_000

requireNode()
install()
build()

const given = process.argv.slice(2)
// npm runs this in the clone's root, but a relative folder starts where the author ran npm.
const from = process.env['INIT_CWD'] ?? process.cwd()
const folders = given.length > 0 ? given.map((folder) => resolve(from, folder)) : [join(root, SAMPLE)]

const electron = await findElectron()
const failure = 'reason' in electron ? electron.reason : await openWindow(electron.program)
if (failure !== undefined) {
  say(`Can't open the window: ${failure} Opening it in your browser instead.`)
  process.argv = [process.execPath, join(root, 'main/slipway.mjs'), 'serve', ...folders]
  await import('../main/slipway.mjs')
}

/** @returns {Promise<{ program: string } | { reason: string }>} */
async function findElectron() {
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return { reason: 'no display is available.' }
    if (process.getuid?.() === 0) return { reason: "Electron's sandbox doesn't run as root." }
  }
  const there = electronProgram()
  if (there !== undefined) return { program: there }
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override) return { reason: `ELECTRON_OVERRIDE_DIST_PATH (${override}) doesn't contain Electron.` }
  const reason = await download()
  const program = electronProgram()
  if (program !== undefined) return { program }
  return { reason: reason ?? 'downloading Electron left no program behind.' }
}

/** The path of Electron's program, from its package or the override; undefined if it isn't downloaded yet. */
function electronProgram() {
  const pathFile = join(electronPackage, 'path.txt')
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : (names[process.platform] ?? 'electron')
  const program = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(electronPackage, 'dist'), name)
  return existsSync(program) ? program : undefined
}

/**
 * Electron's own installer with a deadline: a network that drops packets must not hold up the start.
 * @returns {Promise<string | undefined>} why it failed
 */
async function download() {
  // Behind a proxy only the installer knows the way, so it tries directly.
  const mirror = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com/'
  if (!process.env['ELECTRON_GET_USE_PROXY'] && mirror.startsWith('https:')) {
    const unreachable = await whyUnreachable(mirror)
    if (unreachable !== undefined) return `Electron can't be downloaded from ${new URL(mirror).host} (${unreachable}).`
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
    child.on('error', (error) => settle(`the download of Electron couldn't start (${error.message}).`))
    child.on('close', (code) => {
      if (code === 0) return settle(undefined)
      const line =
        words.split('\n').find((text) => /error/i.test(text)) ?? `the installer ended with ${code ?? 'a timeout'}`
      settle(`downloading Electron failed (${line.trim().slice(0, 120)}).`)
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
 * Run the window until it closes.
 * @param {string} program
 * @returns {Promise<string | undefined>} why the window couldn't open
 */
function openWindow(program) {
  const startedAt = Date.now()
  return new Promise((settle) => {
    const child = spawn(program, [root, ...folders], { cwd: from, stdio: 'inherit' })
    // Ctrl-C reaches both: the window ends the peer, and this process waits for it.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
    child.on('error', (error) => settle(`Electron couldn't start (${error.message}).`))
    child.on('close', (code, signal) => {
      if (code !== 0 && Date.now() - startedAt < OPENED_AFTER_MS) {
        return settle(`Electron ended immediately (${signal ?? `code ${code}`}).`)
      }
      process.exitCode = code ?? 1
      settle(undefined)
    })
  })
}
