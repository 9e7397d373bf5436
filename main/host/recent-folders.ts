import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const MOST = 6

/** The most recently opened folders, newest first, kept between runs. */
export interface RecentFolders {
  read(): Promise<string[]>
  /** Resolves even if the list can't be written. */
  add(folder: string): Promise<void>
}

export function recentFolders(file = join(settingsFolder(), 'recent-folders.json')): RecentFolders {
  const read = async (): Promise<string[]> => {
    try {
      const content: unknown = JSON.parse(await readFile(file, 'utf8'))
      const folders = Array.isArray(content) ? content.filter((entry) => typeof entry === 'string') : []
      return folders.filter((folder) => existsSync(folder)).slice(0, MOST)
    } catch {
      // Missing until the first folder is opened, or damaged: start with an empty list.
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
        // With a read-only home folder, only the list is lost.
      }
    },
  }
}

/** Where this platform keeps a program's settings, unless SLIPWAY_SETTINGS specifies another place. */
export function settingsFolder(): string {
  const override = process.env['SLIPWAY_SETTINGS']
  if (override !== undefined && override !== '') return override
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Slipway')
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Slipway')
  return join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'slipway')
}
