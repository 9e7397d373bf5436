import { contextBridge, ipcRenderer } from 'electron'

/**
 * All that a page of the window gets: a pipe to its host. It runs sandboxed, before the page, in a world of its own;
 * what it exposes is copied across, so a page can neither reach `ipcRenderer` nor change these two functions.
 */
contextBridge.exposeInMainWorld('slipway', {
  post(message: unknown): void {
    ipcRenderer.send('wire', message)
  },
  onMessage(heard: (message: unknown) => void): () => void {
    const listener = (_event: unknown, message: unknown): void => heard(message)
    ipcRenderer.on('wire', listener)
    return () => void ipcRenderer.off('wire', listener)
  },
})
