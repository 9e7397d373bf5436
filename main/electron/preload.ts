import { contextBridge, ipcRenderer } from 'electron'

/**
 * All that a page in the window gets: a pipe to its host. This script runs sandboxed, before the page, in its own
 * world. What it exposes is copied across, so a page can neither reach `ipcRenderer` nor change these two functions.
 */
contextBridge.exposeInMainWorld('slipway', {
  post(message: unknown): void {
    ipcRenderer.send('wire', message)
  },
  onMessage(listener: (message: unknown) => void): () => void {
    const onWire = (_event: unknown, message: unknown): void => listener(message)
    ipcRenderer.on('wire', onWire)
    return () => void ipcRenderer.off('wire', onWire)
  },
})
