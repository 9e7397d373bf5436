import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'

/**
 * The command line's arguments, if the launcher in `resources/bin` started us: `PROGRAM [switches] --cli -- ARGS…`.
 * Chromium reads every switch before `--`, and none after it.
 */
export function commandLineArguments(argv: string[]): string[] | undefined {
  const end = argv.indexOf('--')
  return argv.slice(1, Math.max(end, 1)).includes('--cli') ? argv.slice(end + 1) : undefined
}

/** Run the command line in this process, without a window. It ends the process with its exit code. */
export async function runCommandLine(args: string[]): Promise<void> {
  // Nothing is shown: neither an icon in the Dock nor a process that draws.
  if (process.platform === 'darwin') app.setActivationPolicy('prohibited')
  app.disableHardwareAcceleration()
  useProfileOfItsOwn()
  interruptOnQuit()
  // Electron takes over SIGINT and SIGTERM until it is ready; the command line's own handlers must come after.
  await app.whenReady()
  process.argv = [process.execPath, 'slipway', ...args]
  await import('../cli/cli.ts')
}

/** Chromium writes a profile even without a window. The window's is locked while it is open, and HOME may be read-only. */
function useProfileOfItsOwn(): void {
  const profile = mkdtempSync(join(tmpdir(), 'slipway-cli-'))
  app.setPath('userData', profile)
  process.once('exit', () => {
    try {
      rmSync(profile, { recursive: true, force: true })
    } catch {
      // On Windows, Chromium still holds files of it; the system clears its temporary folder.
    }
  })
}

/** Quitting (a logout, or a signal that Electron took) interrupts the command, which closes what it opened. */
function interruptOnQuit(): void {
  app.on('before-quit', (event) => {
    if (process.listenerCount('SIGTERM') === 0) return
    event.preventDefault()
    process.emit('SIGTERM', 'SIGTERM')
  })
}
