import { isatty } from 'node:tty'
import { app } from 'electron'
import { takeShellEnvironment } from '../host/login-shell.ts'

/**
 * Before anything looks for Node, Go, Java or Docker: give an app that the desktop started the environment of the
 * user's login shell. From a terminal it has that environment already; on Windows there is only one. Returns a note for
 * the log if the shell couldn't be read.
 */
export async function takeUserEnvironment(): Promise<string | undefined> {
  if (!app.isPackaged || process.platform === 'win32' || isFromTerminal()) return undefined
  return takeShellEnvironment()
}

/** The `slipway` command starts the app without its terminal, and says so in SLIPWAY_TERMINAL. */
function isFromTerminal(): boolean {
  return Boolean(process.env['SLIPWAY_TERMINAL']) || [0, 1, 2].some((fd) => isatty(fd))
}
