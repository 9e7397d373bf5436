import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MessageBoxOptions } from 'electron'
import { PeerError } from '../../core/contract/error.ts'
import { installCommand, type CommandPlace } from './install-command.ts'

/** “Install the slipway Command”: what was done, or on Windows what to do, in a dialog. Throws what installing throws. */
export async function commandInstalledBox(place: CommandPlace): Promise<MessageBoxOptions> {
  if (!existsSync(place.launcher)) throw new PeerError('COMMAND_INCOMPLETE', { launcher: place.launcher })
  if (process.platform === 'win32') {
    const folder = dirname(place.launcher)
    return {
      type: 'info',
      message: 'Add the slipway command to your PATH.',
      detail: `Open “Edit environment variables for your account”, choose Path, and add:\n\n${folder}\n\nNew terminals then know slipway.`,
    }
  }
  const { path, isOnPath, replaced } = await installCommand(place)
  const lines = [
    replaced === undefined ? `It is ${path}.` : `It is ${path}, which belonged to ${replaced} before.`,
    isOnPath ? 'New terminals know it.' : `Add its folder to your PATH: export PATH="${dirname(path)}:$PATH"`,
  ]
  return { type: 'info', message: 'The slipway command is installed.', detail: lines.join('\n\n') }
}
