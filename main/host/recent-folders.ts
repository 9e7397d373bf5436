import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { settingsFolder } from './settings-folder.ts'

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
