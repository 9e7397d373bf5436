/**
 * A double of the part of Electron's API that main/ uses, which drives a real Chromium. The page is the built
 * renderer under its real headers, the preload script is the built one, and messages are cloned as Electron clones
 * them; what Electron's own code does between them (the isolated world, the sandbox) is not here and is left to
 * real.test.ts. Stands in with `vi.mock('electron', () => import('../support/electron-double.ts'))`.
 */
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import type * as Electron from 'electron'
import { version } from '../../package.json' with { type: 'json' }
import type { Browser, BrowserContext, Frame, Page, Request as PageRequest, Route } from 'playwright-core'
import { Session } from './electron-session.ts'
import { preloadScript } from './preload-script.ts'

/** Chromium knows no `app:`; the page lives here instead, and main/ never learns of it. */
const STAND_IN = 'http://slipway.test'
const APP = 'app://slipway'

const toAppUrl = (url: string): string => (url.startsWith(STAND_IN) ? APP + url.slice(STAND_IN.length) : url)
const fromAppUrl = (url: string): string => (url.startsWith(APP) ? STAND_IN + url.slice(APP.length) : url)

type SenderFrame = Pick<Electron.WebFrameMain, 'url'> & { parent: unknown }

/** What a test sees of it, and what it may make happen. */
class ElectronDouble {
  browser: Browser | undefined
  windows: BrowserWindow[] = []
  openedOutside: string[] = []
  requestedElsewhere: string[] = []
  shownBoxes: Electron.MessageBoxOptions[] = []
  /** What `showErrorBox` showed. */
  shownErrors: { title: string; content: string }[] = []
  /** What the next dialog answers. */
  chosenFolder: string | undefined
  /** The number of the button that the next message box answers; undefined: it stays open until its signal closes it. */
  chosenButton: number | undefined = 0
  isFirstInstance = true
  lockData: unknown
  menu: Electron.MenuItemConstructorOptions[] = []
  schemes: Electron.CustomScheme[] = []
  appHandler: ((request: Request) => Response | Promise<Response>) | undefined
  #exited = exit()

  /** As after the start of the program: nothing is open, nobody listens. */
  reset(browser: Browser): void {
    app.removeAllListeners()
    app.isPackaged = false
    Object.assign(this, {
      browser,
      windows: [],
      openedOutside: [],
      requestedElsewhere: [],
      shownBoxes: [],
      shownErrors: [],
      chosenFolder: undefined,
      chosenButton: 0,
      isFirstInstance: true,
      lockData: undefined,
      menu: [],
      schemes: [],
      appHandler: undefined,
    })
    this.#exited = exit()
  }

  get exited(): Promise<number> {
    return this.#exited.promise
  }

  exit(code: number): void {
    this.#exited.resolve(code)
  }

  /** The only window, once it was shown. */
  async window(): Promise<BrowserWindow> {
    const DEADLINE_MS = 30_000
    for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
      const [window] = this.windows
      if (window?.isShown === true) return window
    }
    throw new Error('No window was shown.')
  }

  /** Choose an item of the application's menu by its label. */
  clickMenu(label: string): void {
    const items = this.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
    const item = items.find((candidate) => candidate.label === label)
    if (item?.click === undefined) throw new Error(`The menu has no ${label}.`)
    ;(item.click as () => void)()
  }
}

export const double = new ElectronDouble()

class App extends EventEmitter {
  isPackaged = false

  getVersion(): string {
    return version
  }

  requestSingleInstanceLock(data: unknown): boolean {
    double.lockData = structuredClone(data)
    return double.isFirstInstance
  }

  whenReady(): Promise<void> {
    return Promise.resolve()
  }

  quit(): void {
    this.emit('before-quit', newEvent())
    for (const window of [...double.windows]) window.destroy()
    const event = newEvent()
    this.emit('will-quit', event)
    if (!event.defaultPrevented) double.exit(0)
  }

  exit(code: number): void {
    double.exit(code)
  }
}

export const app = new App()

class WebContents extends EventEmitter {
  readonly ipc = new EventEmitter()
  readonly session = new Session()
  readonly #window: BrowserWindow
  #openHandler: ((details: { url: string }) => { action: string }) | undefined
  #sending: Promise<unknown> = Promise.resolve()

  constructor(window: BrowserWindow) {
    super()
    this.#window = window
  }

  isDestroyed(): boolean {
    return this.#window.isClosed
  }

  reload(): void {
    // It fails if the window is closed meanwhile, which Electron tells nobody either.
    this.#window.reload().catch(() => undefined)
  }

  forcefullyCrashRenderer(): void {
    void this.#window.crash('killed')
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler
  }

  windowOpened(url: string): void {
    const { action } = this.#openHandler?.({ url }) ?? { action: 'allow' }
    if (action !== 'deny') throw new Error(`A window was opened for ${url}.`)
  }

  /** Messages arrive in the order sent; those for a page that is going are lost, as in Electron. */
  send(channel: string, message: unknown): void {
    const copy: unknown = structuredClone(message)
    this.#sending = this.#sending.then(async () => {
      const page = await this.#window.page
      const deliver = ([to, what]: [string, unknown]) =>
        (globalThis as unknown as { __deliver?: (to: string, what: unknown) => void }).__deliver?.(to, what)
      await page.evaluate(deliver, [channel, copy] as [string, unknown]).catch(() => undefined)
    })
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents(this)
  readonly options: Electron.BrowserWindowConstructorOptions
  page: Promise<Page>
  isShown = false
  isClosed = false
  focused = 0
  #context: BrowserContext | undefined
  #crashing: Promise<void> | undefined
  /** Navigations that the program began itself; Electron asks nobody about those. */
  #expected = new Set<string>()

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    this.page = this.#open()
    double.windows.push(this)
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.page
    this.#expected.add(fromAppUrl(url))
    await page.goto(fromAppUrl(url))
    this.emit('ready-to-show')
  }

  /** As View › Reload does; after a crash, in a new process. */
  async reload(): Promise<void> {
    const page = await this.page
    const url = page.url()
    this.#expected.add(url)
    if (this.#crashing === undefined) return void (await page.reload())
    await this.#crashing
    this.#crashing = undefined
    // Whoever sees the old page closed finds the new one.
    this.page = this.#newPage(page.context())
    await page.close()
    await (await this.page).goto(url)
  }

  /** End the page's process, as a fault in it would. */
  async crash(reason: Electron.RenderProcessGoneDetails['reason'] = 'crashed'): Promise<void> {
    this.#crashing ??= this.#crash()
    await this.#crashing
    this.webContents.emit('render-process-gone', newEvent(), { reason, exitCode: 5 })
  }

  async #crash(): Promise<void> {
    const page = await this.page
    const crashed = page.waitForEvent('crash')
    const devTools = await page.context().newCDPSession(page)
    // Nobody is left to answer it.
    void devTools.send('Page.crash').catch(() => undefined)
    await crashed
  }

  show(): void {
    this.isShown = true
  }
  focus(): void {
    this.focused += 1
  }
  maximize(): void {
    this.options.fullscreenable = true
  }
  isMaximized(): boolean {
    return false
  }
  isDestroyed(): boolean {
    return this.isClosed
  }
  isMinimized(): boolean {
    return false
  }
  getNormalBounds(): Electron.Rectangle {
    return { x: 10, y: 20, width: 1200, height: 800 }
  }

  /** As the author closes it. */
  close(): void {
    this.destroy()
    if (double.windows.length === 0) app.emit('window-all-closed')
  }

  destroy(): void {
    if (this.isClosed) return
    this.emit('close', newEvent())
    this.isClosed = true
    double.windows = double.windows.filter((window) => window !== this)
    this.emit('closed')
    void this.#context?.close()
  }

  async #open(): Promise<Page> {
    if (double.browser === undefined) throw new Error('The double has no browser: call reset first.')
    const context = await double.browser.newContext({ viewport: { width: 1440, height: 900 } })
    this.#context = context
    // What the page's own route does not see is a window that the page opened.
    await context.route('**/*', (route, request) => {
      this.webContents.windowOpened(toAppUrl(request.url()))
      return route.abort('aborted')
    })
    context.on('page', (opened) => {
      void opened.opener().then((opener) => opener && opened.close())
    })
    return this.#newPage(context)
  }

  async #newPage(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    await page.exposeBinding('__send', ({ frame }, channel: string, message: unknown) => {
      this.webContents.ipc.emit(channel, { senderFrame: senderFrame(frame) }, message)
    })
    const preload = this.options.webPreferences?.preload
    if (preload !== undefined) await page.addInitScript(preloadScript(await readFile(preload, 'utf8')))
    await page.route('**/*', (route, request) => this.#answer(route, request))
    return page
  }

  async #answer(route: Route, request: PageRequest): Promise<void> {
    if (request.isNavigationRequest() && !this.#mayNavigate(request.frame(), request.url()))
      return route.abort('aborted')
    if (!request.url().startsWith(STAND_IN) || double.appHandler === undefined) {
      double.requestedElsewhere.push(request.url())
      return route.abort('addressunreachable')
    }
    const response = await double.appHandler(new Request(toAppUrl(request.url())))
    const body = Buffer.from(await response.arrayBuffer())
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body })
  }

  #mayNavigate(frame: Frame, url: string): boolean {
    const isMainFrame = frame.parentFrame() === null
    if (!this.#expected.delete(url)) {
      const event = Object.assign(newEvent(), { url: toAppUrl(url), isMainFrame })
      this.webContents.emit('will-navigate', event)
      if (event.defaultPrevented) return false
    }
    this.webContents.emit('did-start-navigation', { url: toAppUrl(url), isMainFrame, isSameDocument: false })
    return true
  }
}

export const protocol = {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    double.schemes = schemes
  },
  handle(_scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    double.appHandler = handler
  },
}

export const dialog = {
  showOpenDialog(): Promise<Electron.OpenDialogReturnValue> {
    const { chosenFolder } = double
    return Promise.resolve({
      canceled: chosenFolder === undefined,
      filePaths: chosenFolder === undefined ? [] : [chosenFolder],
    })
  },
  showMessageBox(
    ...args: [BrowserWindow, Electron.MessageBoxOptions] | [Electron.MessageBoxOptions]
  ): Promise<{ response: number }> {
    const options = args.length === 2 ? args[1] : args[0]
    double.shownBoxes.push(options)
    const { chosenButton } = double
    if (chosenButton !== undefined) return Promise.resolve({ response: chosenButton })
    return new Promise((settle) => {
      options.signal?.addEventListener('abort', () => settle({ response: options.cancelId ?? 0 }))
    })
  },
  showErrorBox(title: string, content: string): void {
    double.shownErrors.push({ title, content })
  },
}

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu(menu: Electron.MenuItemConstructorOptions[]): void {
    double.menu = menu
  },
}

export const nativeTheme = { shouldUseDarkColors: true }

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
}

export const shell = {
  openExternal(url: string): Promise<void> {
    double.openedOutside.push(url)
    return Promise.resolve()
  },
}

function senderFrame(frame: Frame): SenderFrame {
  return { url: toAppUrl(frame.url()), parent: frame.parentFrame() }
}

function exit(): { promise: Promise<number>; resolve: (code: number) => void } {
  let resolve: (code: number) => void = () => undefined
  const promise = new Promise<number>((settle) => (resolve = settle))
  return { promise, resolve }
}

function newEvent(): { defaultPrevented: boolean; preventDefault(): void } {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true
    },
  }
}
