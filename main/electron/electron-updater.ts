import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AppUpdater, CancellationToken } from 'electron-updater'
import { messageOf } from '../../core/contract/error-message.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { Updater } from './updates.ts'

/** Electron's network has no deadline of its own. */
const ANSWERS_WITHIN_MS = 30_000
const DOWNLOADS_WITHIN_MS = 30 * 60_000

/** electron-updater behind what `updates.ts` needs, loaded on first use. It reads its feed from `app-update.yml`. */
export async function electronUpdater(): Promise<Updater> {
  if (isUnpackedOnWindows()) throw new PeerError('UPDATE_UNSUPPORTED', { reason: 'It was unpacked from an archive.' })
  // Named imports of it would construct the updater of a system that isn't ours.
  const { default: library } = await import('electron-updater')
  return updaterOver(library.autoUpdater)
}

/** The installer leaves its uninstaller beside the program; electron-updater would install a second Slipway elsewhere. */
function isUnpackedOnWindows(): boolean {
  return process.platform === 'win32' && !existsSync(join(dirname(process.execPath), 'Uninstall Slipway.exe'))
}

/** The same over any of its updaters. */
export function updaterOver(library: AppUpdater): Updater {
  library.logger = null
  library.autoDownload = false
  library.autoInstallOnAppQuit = false
  library.allowDowngrade = false
  // It would tell installations apart by an id in every request. Nobody gets a number; all get every release.
  library.requestHeaders = { 'x-user-staging-id': 'none' }
  library.isUserWithinRollout = () => true
  // Whoever awaits the promise gets the error too.
  library.on('error', () => undefined)
  let token: CancellationToken | undefined
  let version = ''

  return {
    async check() {
      const found = await within(ANSWERS_WITHIN_MS, library.checkForUpdates()).catch((error: unknown) => {
        throw feedError(error)
      })
      if (found === null) {
        throw new PeerError('UPDATE_UNSUPPORTED', { reason: 'It wasn’t installed by an installer that can update it.' })
      }
      token = found.cancellationToken
      version = found.updateInfo.version
      return { version, isNewer: found.isUpdateAvailable }
    },
    async download(signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(DOWNLOADS_WITHIN_MS)])
      const cancel = () => token?.cancel()
      deadline.addEventListener('abort', cancel, { once: true })
      try {
        deadline.throwIfAborted()
        await library.downloadUpdate(token)
      } catch (error) {
        throw new PeerError('UPDATE_FAILED', { version, message: firstLineOf(error) }, { cause: error })
      } finally {
        deadline.removeEventListener('abort', cancel)
      }
    },
    install: () => library.quitAndInstall(true, true),
  }
}

/** Which of the three it was: this build has no feed, its server doesn't answer, or it answers with something else. */
function feedError(error: unknown): PeerError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const message = firstLineOf(error)
  if (code === 'ENOENT') {
    const reason = 'It was built without the address of a feed: app-update.yml is missing.'
    return new PeerError('UPDATE_UNSUPPORTED', { reason }, { cause: error })
  }
  if (/^ERR_UPDATER_INVALID|^ERR_XML/.test(code) || error instanceof TypeError || error instanceof SyntaxError) {
    return new PeerError('UPDATE_FEED_MALFORMED', { message }, { cause: error })
  }
  return new PeerError('UPDATE_UNREACHABLE', { message }, { cause: error })
}

/** Its messages end with whole answers and stacks. */
function firstLineOf(error: unknown): string {
  const [line = ''] = messageOf(error).split('\n')
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_settle, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
