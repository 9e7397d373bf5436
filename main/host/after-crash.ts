import { join } from 'node:path'
import { root } from '../root.ts'

/**
 * The command line that removes from a Docker engine what this process leaves there if it is killed: `slipway clean`, by
 * whatever runs us, Node or the app's own program. `endpoint`: `vm.endpoint`.
 */
export function afterCrash(dataDir: string, endpoint: string | undefined): string[] {
  const named = endpoint === undefined ? [] : ['--endpoint', endpoint]
  const clean = ['clean', '--data-dir', dataDir, '--after', String(process.pid), ...named]
  if (!('electron' in process.versions)) return [process.execPath, join(root, 'dist', 'cli.js'), ...clean]
  // An AppImage's files are gone once its first process is.
  const program = process.env['APPIMAGE'] || process.execPath
  const app = process.defaultApp ? [root] : []
  const headless = process.platform === 'linux' ? ['--ozone-platform=headless', '--no-sandbox'] : []
  return [program, ...app, ...headless, '--cli', '--', ...clean]
}
