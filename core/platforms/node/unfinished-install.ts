import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exists } from './start-script.ts'

/**
 * Do an install, and remember it as unfinished until it has succeeded. What one leaves that failed or was killed may look
 * complete: npm writes its record of what it installed before it runs the folder's own scripts (npm 11, Arborist's
 * reify), and every tool unpacks a package where Node finds it.
 */
export async function untilFinished(folder: string, install: () => Promise<void>): Promise<void> {
  const mark = markOf(folder)
  const isNew = await mkdir(path.dirname(mark), { mode: 0o700 }).then(
    () => true,
    () => false,
  )
  // Where nothing can be written, nothing can be installed either, and the tool says why.
  await writeFile(mark, '', { mode: 0o600 }).catch(() => undefined)
  await install()
  await rm(mark, { force: true })
  // Something else may be in it by now.
  if (isNew) await rmdir(path.dirname(mark)).catch(() => undefined)
}

/** Whether the last install that Slipway began in a folder was never finished. */
export function isUnfinished(folder: string): Promise<boolean> {
  return exists(markOf(folder))
}

/** Not in node_modules, which `npm ci` empties. */
function markOf(folder: string): string {
  return path.join(folder, '.slipway', 'unfinished-install')
}
