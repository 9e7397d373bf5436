import { resolve } from 'node:path'
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'
import { PeerError } from '../../core/contract/error.ts'
import { commandLineArguments, runCommandLine } from './headless.ts'
import { installedApp } from './installed-app.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { readAssets } from '../host/assets.ts'
import { startHost, type Host } from '../host/host.ts'
import { setMenu } from './menu.ts'
import { recentFolders } from '../host/recent-folders.ts'
import { sampleFolder } from '../root.ts'
import { openDoor, type Door } from '../host/door.ts'
import { sayError } from '../host/say.ts'
import { openWindow } from './window.ts'

/** A chaincode that doesn't exit must not keep the window's process alive forever. */
const CLOSE_WITHIN_MS = 10_000

const folders = folderArguments()

const command = commandLineArguments(process.argv)

if (command !== undefined) {
  runCommandLine(command).catch(giveUp)
  // The second start hands its folders to the first, whose window comes to the front.
} else if (app.requestSingleInstanceLock({ folders })) {
  registerAppScheme()
  app.whenReady().then(start).catch(giveUp)
} else {
  app.quit()
}

async function start(): Promise<void> {
  let window: BrowserWindow | undefined = undefined
  const host = startHost({
    door: 'electron',
    reopenFailed: (error) => void showError(error),
    recent: recentFolders(),
    chooseFolder: () => choose(window),
  })
  // For command lines; it has no pages.
  const door = await openDoor(host)
  await host.announce(door.announcement)
  closeBeforeQuit(host, door)
  serveApp(await readAssets())
  const installed = await installedApp({ host, close: () => door.close().then(() => host.close()), show, showError })
  setMenu({
    ...installed.menu,
    openFolder: () => void choose(window).then((folder) => (folder === undefined ? undefined : open(folder))),
    openSample: () => void open(sampleFolder),
  })
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
    const [folder] = foldersIn(data)
    if (folder !== undefined) void open(folder)
  })
  app.on('window-all-closed', () => app.quit())
  // The window comes first: the launch is something to look at.
  window = await openWindow(host)
  if (folders.length > 0) await openAll(folders)
  void installed.atStart()

  async function open(folder: string): Promise<void> {
    await openAll([folder])
  }

  async function openAll(paths: string[]): Promise<void> {
    try {
      await host.open(paths.map((folder) => ({ folder })))
    } catch (error) {
      await showError(error)
    }
  }

  async function showError(error: unknown): Promise<void> {
    const { what, why, do: advice } = PeerError.from(error).parts
    await show({ type: 'error', message: what, detail: `${why}\n\n${advice}` })
  }

  async function show(box: MessageBoxOptions): Promise<number> {
    const { response } = await (window === undefined ? dialog.showMessageBox(box) : dialog.showMessageBox(window, box))
    return response
  }
}

async function choose(window: BrowserWindow | undefined): Promise<string | undefined> {
  const options = { title: 'Open a chaincode folder', properties: ['openDirectory' as const] }
  const chosen = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options))
  return chosen.canceled ? undefined : chosen.filePaths[0]
}

/** Quitting waits for the peer to end its processes and close its ledger. */
function closeBeforeQuit(host: Host, door: Door): void {
  let closing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    const late = setTimeout(() => app.exit(1), CLOSE_WITHIN_MS)
    void door
      .close()
      .then(() => host.close())
      .then(
        () => 0,
        (error: unknown) => {
          sayError(error)
          return 1
        },
      )
      .then((code) => {
        clearTimeout(late)
        app.exit(code)
      })
  })
}

/** The arguments that aren't switches: first the app's own folder, unless it is packaged, then the author's. */
function folderArguments(): string[] {
  const paths = process.argv.slice(1).filter((arg) => !arg.startsWith('-'))
  return paths.slice(app.isPackaged ? 0 : 1).map((folder) => resolve(folder))
}

function foldersIn(data: unknown): string[] {
  if (typeof data !== 'object' || data === null || !('folders' in data) || !Array.isArray(data.folders)) return []
  return data.folders.filter((folder): folder is string => typeof folder === 'string')
}

function giveUp(error: unknown): void {
  sayError(error)
  app.exit(1)
}
