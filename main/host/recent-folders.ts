import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const MOST = 6

/** The folders opened last, newest first, kept between runs. */
export interface RecentFolders {
  read(): Promise<string[]>
  /** A list that cannot be written is not worth failing for: it resolves all the same. */
  add(folder: string): Promise<void>
}

export function recentFolders(file = join(settingsFolder(), 'recent-folders.json')): RecentFolders {
  const read = async (): Promise<string[]> => {
    try {
      const content: unknown = JSON.parse(await readFile(file, 'utf8'))
      const held = Array.isArray(content) ? content.filter((entry) => typeof entry === 'string') : []
      // One that is gone cannot be opened.
      return held.filter((folder) => existsSync(folder)).slice(0, MOST)
    } catch {
      // None yet, or damaged: an empty list is the right answer to both.
      return []
    }
  }
  return {
    read,
    async add(folder) {
      const others = (await read()).filter((other) => other !== folder)
      try {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, `${JSON.stringify([folder, ...others].slice(0, MOST), null, 2)}\n`)
      } catch {
        // A home folder that is read-only costs the list and nothing else.
      }
    },
  }
}

/** Where this platform keeps a program's settings; SLIPWAY_SETTINGS names another place. */
export function settingsFolder(): string {
  const named = process.env['SLIPWAY_SETTINGS']
  if (named !== undefined && named !== '') return named
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Slipway')
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Slipway')
  return join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'slipway')
}
