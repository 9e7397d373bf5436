import { join } from 'node:path'
import { app, type MessageBoxOptions } from 'electron'
import { PeerError } from '../../core/contract/error.ts'
import type { Host } from '../host/host.ts'
import { updateSettings } from '../host/update-settings.ts'
import { root } from '../root.ts'
import { electronUpdater } from './electron-updater.ts'
import { commandPlace } from './install-command.ts'
import type { InstalledActions } from './menu.ts'
import { commandInstalledBox } from './offer-command.ts'
import { updates } from './updates.ts'

export interface InstalledAppParts {
  host: Host
  /** End the peer and its door. */
  close(): Promise<void>
  /** Show a dialog; answers the number of the button chosen. */
  show(box: MessageBoxOptions): Promise<number>
  showError(error: unknown): Promise<void>
}

/** What an installed app has besides the window: its command on the PATH, and its updates. */
export async function installedApp({ host, close, show, showError }: InstalledAppParts): Promise<{
  menu: InstalledActions
  /** Asks for updates if the author has turned that on. */
  atStart(): Promise<void>
}> {
  const settings = updateSettings()
  const quitting = new AbortController()
  app.once('before-quit', () => quitting.abort(new PeerError('ABORTED', { what: 'The update' })))
  const newer = updates({
    updater: app.isPackaged ? electronUpdater : () => Promise.reject(ofClone()),
    settings,
    version: app.getVersion(),
    show,
    showError,
    idle: (signal) => host.idle(signal),
    close,
    signal: quitting.signal,
  })
  // A clone has no launcher in this place, and installing says so.
  const resources = app.isPackaged ? process.resourcesPath : join(root, 'resources')
  return {
    menu: {
      installCommand: () => void commandInstalledBox(commandPlace(resources)).then(show).catch(showError),
      checkForUpdates: () => void newer.check(),
      turnUpdates: (on) => void settings.turn(on).catch(showError),
      updatesAreOn: await settings.isOn(),
    },
    atStart: newer.checkIfTurnedOn,
  }
}

function ofClone(): PeerError {
  return new PeerError('UPDATE_UNSUPPORTED', { reason: 'It runs from a clone, which git updates.' })
}
