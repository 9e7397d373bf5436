import { join } from 'node:path'
import { root } from '../root.ts'

/** The bundle of cleaner.ts. */
export const cleaner = join(root, 'dist', 'cleaner.js')

/**
 * The command line that removes from a Docker engine what this process leaves there if it is killed: cleaner.ts, by
 * whatever runs us, Node or the app's own program. `endpoint`: `vm.endpoint`.
 */
export function afterCrash(dataDir: string, endpoint: string | undefined): string[] {
  const clean = ['after-crash', dataDir, String(process.pid), ...(endpoint === undefined ? [] : [endpoint])]
  if (!('electron' in process.versions)) return [process.execPath, cleaner, ...clean]
  // An AppImage's files are gone once its first process is.
  const program = process.env['APPIMAGE'] || process.execPath
  const app = process.defaultApp ? [root] : []
  const headless = process.platform === 'linux' ? ['--ozone-platform=headless', '--no-sandbox'] : []
  return [program, ...app, ...headless, '--cli', '--', ...clean]
}
