import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { settingsFolder } from './settings-folder.ts'

/** Whether Slipway may ask for updates by itself: not until its author turns it on. */
export interface UpdateSettings {
  isOn(): Promise<boolean>
  /** Throws what the file system throws. */
  turn(on: boolean): Promise<void>
}

export function updateSettings(file = join(settingsFolder(), 'updates.json')): UpdateSettings {
  return {
    async isOn() {
      try {
        const content: unknown = JSON.parse(await readFile(file, 'utf8'))
        return typeof content === 'object' && content !== null && 'automatic' in content && content.automatic === true
      } catch {
        // Missing until it is turned on for the first time. A damaged file turns nothing on.
        return false
      }
    },
    async turn(on) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, `${JSON.stringify({ automatic: on }, null, 2)}\n`)
    },
  }
}
