/** Installs and builds only what is missing or out of date. Node built-ins only; prose goes to stderr. */
import { spawnSync } from 'node:child_process'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allHalves, dependenciesInstalled, root } from './freshness.mjs'
import { staleHalves } from './stamp.mjs'

const OLDEST_NODE = [20, 19]

/** Ends the process, with the reason, if this Node can't run Slipway. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldMajor = 0, oldMinor = 0] = OLDEST_NODE
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return
  say(`Slipway needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org`)
  process.exit(2)
}

/** Install the dependencies if they are missing. Ends the process if that fails. */
export function install() {
  if (dependenciesInstalled()) return
  alone(() => {
    if (dependenciesInstalled()) return
    say('Installing dependencies (npm ci)…')
    // A dependency's install script may print to stdout, which belongs to the command's JSON: all of it goes to stderr.
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing the dependencies failed.')
  })
}

/**
 * Build the halves that are out of date. Ends the process if that fails.
 * @param {import('./freshness.mjs').Half[]} [wanted]
 */
export function build(wanted = allHalves) {
  if (staleHalves(wanted).length === 0) return
  alone(() => {
    const stale = staleHalves(wanted)
    if (stale.length === 0) return
    say(`Building ${stale.join(' and ')}…`)
    run(process.execPath, [join(root, 'build/build.mjs'), ...stale], 'The build failed.')
  })
}

/**
 * Two starts at the same time must not install or build over each other, so the second waits for the first.
 * @param {() => void} work
 */
function alone(work) {
  const lock = join(root, '.slipway-prepare.lock')
  let announced = false
  while (!takeLock(lock)) {
    if (!announced) say('Another Slipway is installing or building; waiting for it…')
    announced = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  // `process.exit` inside the work skips `finally`.
  process.once('exit', () => rmSync(lock, { force: true }))
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * The lock names its holder, because a killed holder can't remove it and must not be waited for.
 * @param {string} lock
 */
function takeLock(lock) {
  // Written under another name first, so that nobody reads it half written.
  const draft = `${lock}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, lock)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true })
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} failed
 */
function run(command, args, failed) {
  // npm is a .cmd on Windows, which only a shell can start; our arguments need no quoting.
  const shell = process.platform === 'win32' && command === 'npm'
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell })
  if (done.status === 0) return
  say(`${failed} ${done.error?.message ?? `${command} ended with ${done.signal ?? `code ${done.status}`}.`}`)
  process.exit(3)
}

/** @param {string} words */
export function say(words) {
  process.stderr.write(`${words}\n`)
}
