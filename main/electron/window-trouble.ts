import { app, dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'

/** Where the window's faults are written down; the peer goes on in all of them. */
type Note = (text: string) => void

const RELOAD = 0
const OTHER = 1

/** Offer a reload when the page has crashed or hangs. `gone` is called when the page has crashed. */
export function watchWindow(window: BrowserWindow, { note, gone }: { note: Note; gone(): void }): void {
  const contents = window.webContents
  let isReloading = false
  let unresponsive: AbortController | undefined

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    gone()
    unresponsive?.abort()
    // We ended a page that hung, and are loading it again.
    if (isReloading) return void (isReloading = false)
    note(`The window's page ended unexpectedly (${reason}, code ${exitCode}).`)
    const box = { message: 'The window stopped working.', buttons: ['Reload', 'Quit'] }
    void ask(window, box).then((answer) => {
      if (answer === RELOAD) contents.reload()
      else app.quit()
    })
  })

  window.on('unresponsive', () => {
    if (unresponsive !== undefined) return
    note("The window's page isn't responding.")
    const asking = (unresponsive = new AbortController())
    const box = { message: "The window isn't responding.", buttons: ['Reload', 'Wait'], signal: asking.signal }
    void ask(window, box).then((answer) => {
      unresponsive = undefined
      if (answer !== RELOAD || asking.signal.aborted) return
      isReloading = true
      contents.forcefullyCrashRenderer()
      contents.reload()
    })
  })
  window.on('responsive', () => unresponsive?.abort())
}

/** Write down when a helper process of Electron ends, as the one that draws; Electron starts it again by itself. */
export function watchHelpers(note: Note): void {
  app.on('child-process-gone', (_event, { type, name, reason, exitCode }) => {
    if (reason === 'clean-exit') return
    note(`Electron's helper process ${name ?? type} ended unexpectedly (${reason}, code ${exitCode}).`)
  })
}

/** The number of the chosen button; none if the window was closed meanwhile. */
async function ask(
  window: BrowserWindow,
  box: Pick<MessageBoxOptions, 'message' | 'buttons' | 'signal'>,
): Promise<number | undefined> {
  if (window.isDestroyed()) return undefined
  const options = { type: 'warning', defaultId: RELOAD, cancelId: OTHER, noLink: true } as const
  const detail = 'Your chaincode keeps running, and the ledger is kept.'
  const { response } = await dialog.showMessageBox(window, { ...options, ...box, detail })
  return window.isDestroyed() ? undefined : response
}
