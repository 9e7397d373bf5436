import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen, shell, type IpcMainEvent, type WebContents } from 'electron'
import { APP_ORIGIN, isAppUrl, isOurPage } from './app-protocol.ts'
import { bridge } from '../host/bridge.ts'
import type { Host } from '../host/host.ts'
import { root } from '../root.ts'
import { watchWindow } from './window-trouble.ts'
import { readWindowBounds, writeWindowBounds } from './window-bounds.ts'

/** Sites that our pages and error texts link to; only they open in the author's browser. */
const linkedHosts = new Set([
  'hyperledger-fabric.readthedocs.io',
  'nodejs.org',
  'go.dev',
  'adoptium.net',
  'docs.docker.com',
  'github.com',
])

/** The only permission a page gets: copying a command or a transaction id. */
const granted = new Set<string>(['clipboard-sanitized-write'])

/** The app's window, with our page in it and the host behind it. Shown once the page has been drawn. */
export async function openWindow(host: Host): Promise<BrowserWindow> {
  const saved = readWindowBounds(screen.getAllDisplays().map((display) => display.workArea))
  const { maximized = false, ...place } = saved ?? { width: 1440, height: 900 }
  const window = new BrowserWindow({
    ...place,
    minWidth: 720,
    minHeight: 540,
    show: false,
    title: 'Slipway',
    // The page's background (renderer/tokens.css, --bg), so that nothing flashes before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1116' : '#f4f5f7',
    webPreferences: {
      preload: join(root, 'dist', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  window.on('close', () => writeWindowBounds({ ...window.getNormalBounds(), maximized: window.isMaximized() }))
  confine(window.webContents)
  const { disconnect } = connect(window, host)
  watchWindow(window, { note: host.note, gone: disconnect })
  await window.loadURL(`${APP_ORIGIN}/`)
  return window
}

/** Keep the page where it is; let it open only linked sites and use only the clipboard. */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isLinked(url)) void shell.openExternal(url)
    return { action: 'deny' }
  })
  contents.session.setPermissionRequestHandler((_contents, permission, answer) => answer(granted.has(permission)))
  contents.session.setPermissionCheckHandler((_contents, permission) => granted.has(permission))
}

function isLinked(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username } = new URL(address)
  return protocol === 'https:' && username === '' && linkedHosts.has(hostname)
}

/** Bridge each page that the window shows to the host; a reload ends the old page's bridge, as does `disconnect`. */
function connect(window: BrowserWindow, host: Host): { disconnect(): void } {
  const contents = window.webContents
  let receive: (message: unknown) => void = () => undefined
  const newBridge = () =>
    bridge(host, {
      post: (message) => {
        if (!contents.isDestroyed()) contents.send('wire', message)
      },
      onMessage(listener) {
        receive = listener
        return () => (receive = () => undefined)
      },
    })
  let bridged = newBridge()
  contents.ipc.on('wire', (event: IpcMainEvent, message: unknown) => {
    if (isOurPage(event.senderFrame)) receive(message)
  })
  contents.on('did-start-navigation', (details) => {
    if (!details.isMainFrame || details.isSameDocument) return
    bridged.close()
    bridged = newBridge()
  })
  const disconnect = () => bridged.close()
  window.once('closed', disconnect)
  return { disconnect }
}
