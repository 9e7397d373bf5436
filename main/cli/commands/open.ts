import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf } from '../../../core/contract/error-message.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { spawned } from '../../../core/process/spawned.ts'
import { root } from '../../root.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { dataDirOf } from './options.ts'
import { addressOfRunning, showAddress } from './running-door.ts'

/**
 * `slipway open [FOLDER…]`: the window, with these folders. Where a browser door runs for the first of them, or for this
 * one, that is a new address of it. An installed Slipway starts its own program, and a second one
 * hands its folders to the first; in a clone it is `npm start`, which lasts as long as the window.
 */
export async function open(folders: string[], signal: AbortSignal): Promise<number> {
  const absolute = folders.map((folder) => resolve(folder))
  for (const folder of absolute) {
    if (!isFolder(folder)) throw new PeerError('FOLDER_MISSING', { folder })
  }
  const address = await addressOfRunning(dataDirOf(absolute[0] ?? '.', {}))
  if (address !== undefined) {
    showAddress(address, { opens: true })
    return exitCode.good
  }
  const reason = whyNoWindow()
  if (reason !== undefined) throw new PeerError('NO_WINDOW', { reason, folders })
  return isInstalled ? openInstalled(absolute) : openFromClone(absolute, signal)
}

/** Whether this is the installed program, which is Electron with our code; Node runs it otherwise. */
const isInstalled = 'electron' in process.versions

const startScript = join(root, 'build', 'start.mjs')

function whyNoWindow(): string | undefined {
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'Neither DISPLAY nor WAYLAND_DISPLAY is set.'
    if (process.getuid?.() === 0) return 'Electron’s sandbox doesn’t run as root.'
  }
  if (isInstalled || existsSync(startScript)) return undefined
  return 'This Slipway came from npm, which brings the command line and the browser door only.'
}

/** Resolves once the program has started; it outlives us. */
async function openInstalled(folders: string[]): Promise<number> {
  // An AppImage is mounted for as long as its first process runs, so a window needs the file itself.
  const program = process.env['APPIMAGE'] || process.execPath
  // It has this terminal's environment and needs no other (main/electron/user-environment.ts).
  const env = { ...process.env, SLIPWAY_TERMINAL: '1' }
  const child = await spawned(program, folders, { detached: true, stdio: 'ignore', env }).catch(noWindow(folders))
  child.unref()
  return exitCode.good
}

function noWindow(folders: string[]) {
  return (error: unknown): never => {
    throw new PeerError('NO_WINDOW', { reason: messageOf(error), folders }, { cause: error })
  }
}

async function openFromClone(folders: string[], signal: AbortSignal): Promise<number> {
  const start = spawned(process.execPath, [startScript, ...folders], { stdio: 'inherit' })
  const child = await start.catch(noWindow(folders))
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  return new Promise<number>((settle, reject) => {
    child.once('error', reject)
    child.once('close', (code) => settle(code ?? exitCode.launch))
  }).finally(() => signal.removeEventListener('abort', stop))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
