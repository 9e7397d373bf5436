import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Slipway's own folder, wherever in it this code runs: `main/` as source, `dist/` or `dist/chunks/` as a bundle. In an
 * installed app it is `app.asar`, an archive that Electron's `fs` reads like a folder.
 */
export const root = ownFolder(dirname(fileURLToPath(import.meta.url)))

function ownFolder(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('Slipway is incomplete: no package.json above its code.')
  return ownFolder(parent)
}
