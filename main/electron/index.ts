import { resolve } from 'node:path'
import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'
import { PeerError } from '../../core/contract/error.ts'
import { commandLineArguments, runCommandLine } from './headless.ts'
import { installedApp } from './installed-app.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { readAssets } from '../host/assets.ts'
import { startHost, type Host } from '../host/host.ts'
import { setMenu } from './menu.ts'
import { onCrash } from '../host/on-crash.ts'
import { recentFolders } from '../host/recent-folders.ts'
import { sampleFolder } from '../host/samples.ts'
import { openDoor, type Door } from '../host/door.ts'
import { sayError } from '../host/say.ts'
import { makeSettingsFolder } from '../host/settings-folder.ts'
import { trustedFolders } from '../host/trusted-folders.ts'
import { takeUserEnvironment } from './user-environment.ts'
import { watchHelpers } from './window-trouble.ts'
import { openWindow } from './window.ts'

/** A chaincode that doesn't exit must not keep the window's process alive forever. */
const CLOSE_WITHIN_MS = 10_000

const folders = folderArguments()

const command = commandLineArguments(process.argv)

// The terminal that a desktop app was started from may be gone: then nobody reads what it says there.
for (const stream of [process.stdout, process.stderr]) {
  if (command === undefined && stream.listenerCount('error') === 0) stream.on('error', () => undefined)
}

/** Ends the peer, once there is one. */
let end = (): Promise<void> => Promise.resolve()
let stopWatchingCrashes = (): void => undefined

if (command !== undefined) {
  runCommandLine(command).catch(giveUp)
  // The second start hands its folders to the first, whose window comes to the front.
} else if (app.requestSingleInstanceLock({ folders })) {
  stopWatchingCrashes = watchCrashes()
  registerAppScheme()
  // Read while Electron starts: a login shell takes its time.
  const environment = takeUserEnvironment()
  app
    .whenReady()
    .then(() => environment)
    .then(start)
    .catch(giveUp)
} else {
  app.quit()
}

async function start(environmentNote: string | undefined): Promise<void> {
  let window: BrowserWindow | undefined = undefined
  const host = startHost({
    door: 'electron',
    reopenFailed: (error) => void showError(error),
    recent: recentFolders(),
    trusted: trustedFolders(),
    chooseFolder: () => choose(window),
  })
  for (const note of [environmentNote, await makeSettingsFolder()]) if (note !== undefined) host.note(note)
  // For command lines; it has no pages.
  const door = await openDoor(host)
  await host.announce(door.announcement)
  closeBeforeQuit(host, door)
  watchHelpers(host.note)
  serveApp(await readAssets())
  const installed = await installedApp({ host, close: () => end(), show, showError })
  setMenu({
    ...installed.menu,
    openFolder: () => void choose(window).then((folder) => (folder === undefined ? undefined : open(folder))),
    openSample: () => void sampleFolder().then(open, showError),
  })
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
    const more = foldersIn(data)
    if (more.length > 0) void openAll(more)
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
      // The window asks.
      if (PeerError.from(error).code !== 'NOT_TRUSTED') await showError(error)
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

function watchCrashes(): () => void {
  return onCrash({
    end: () => end(),
    tell({ parts: { what, why, do: advice } }) {
      dialog.showErrorBox(what, `${why}\n\n${advice}`)
    },
    exit: () => exit(1),
  })
}

/** Quitting waits for the peer to end its processes and close its ledger. */
function closeBeforeQuit(host: Host, door: Door): void {
  let ended: Promise<void> | undefined
  end = () => (ended ??= door.close().then(() => host.close()))
  let closing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    const late = setTimeout(() => exit(1), CLOSE_WITHIN_MS)
    void end()
      .then(
        () => 0,
        (error: unknown) => {
          sayError(error)
          return 1
        },
      )
      .then((code) => {
        clearTimeout(late)
        exit(code)
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
  exit(1)
}

function exit(code: number): void {
  stopWatchingCrashes()
  app.exit(code)
}
