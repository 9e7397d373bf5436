import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { homeFolder } from './home-folder.ts'
import { messageOf } from '../../core/contract/error-message.ts'

/** Where this platform keeps a program's settings, unless SLIPWAY_SETTINGS specifies another place. */
export function settingsFolder(): string {
  const override = process.env['SLIPWAY_SETTINGS']
  if (override !== undefined && override !== '') return override
  if (process.platform === 'darwin') return join(homeFolder(), 'Library', 'Application Support', 'Slipway')
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homeFolder(), 'AppData', 'Roaming'), 'Slipway')
  return join(process.env['XDG_CONFIG_HOME'] || join(homeFolder(), '.config'), 'slipway')
}

/** Create the folder. Returns what to tell the author if nothing can be written there. */
export async function makeSettingsFolder(): Promise<string | undefined> {
  const folder = settingsFolder()
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
    return undefined
  } catch (error) {
    const reason = messageOf(error)
    return `Slipway can't write its settings (${reason}), so it won't remember the folders you open. Everything else works; SLIPWAY_SETTINGS names another place.`
  }
}
