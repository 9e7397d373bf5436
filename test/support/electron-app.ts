import { onTestFinished, vi } from 'vitest'
import { root } from '../../main/root.ts'
import { app, double } from './electron-double.ts'
import { tempFolder } from './temp.ts'

let starts = 0

/** Start main/ as Electron would, with settings of its own, and end it with the test. */
export async function startApp(folders: string[] = [], { isPackaged = false } = {}): Promise<void> {
  const settings = await tempFolder('settings')
  vi.stubEnv('SLIPWAY_SETTINGS', settings)
  vi.stubEnv('APPDATA', settings)
  app.isPackaged = isPackaged
  const argv = process.argv
  process.argv = ['electron', ...(isPackaged ? [] : [root]), ...folders]
  onTestFinished(async () => {
    process.argv = argv
    app.quit()
    await double.exited
    vi.unstubAllEnvs()
  })
  // Each start is a program of its own: the module runs again.
  starts += 1
  await import(/* @vite-ignore */ `../../main/electron/index.ts?start=${starts}`)
}
