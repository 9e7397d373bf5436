import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startPeer } from '../../core/index.ts'
import { readPeerFile } from '../../main/host/peer-file.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { startApp } from '../support/electron-app.ts'
import { app, double, type BrowserWindow } from '../support/electron-double.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { registrationIs } from '../support/window.ts'

vi.mock('electron', () => import('../support/electron-double.ts'))

const settings = (): string => process.env['SLIPWAY_SETTINGS'] ?? ''
const peerFile = (folder: string): string => join(folder, '.slipway', 'peer.json')

/** What was last said on stderr. */
function stderr(): () => string {
  const said: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  onTestFinished(() => write.mockRestore())
  return () => said.join('')
}

needs('chromium').describe('the window in trouble', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function openedWindow(...folders: string[]): Promise<BrowserWindow> {
    double.reset(browser)
    await startApp(folders)
    return double.window()
  }

  test('a page that crashes is loaded again in a new process, and the peer keeps running', async () => {
    const said = stderr()
    const folder = await fixture('javascript-contract')
    const shown = await openedWindow(folder)
    await registrationIs(await shown.page, 'ready')
    const peer = await readPeerFile(join(folder, '.slipway'))
    const crashed = await shown.page
    await shown.crash()
    expect(double.shownBoxes[0]).toMatchObject({ buttons: ['Reload', 'Quit'] })
    await eventually(() => crashed.isClosed()).toBe(true)
    await registrationIs(await shown.page, 'ready')
    expect(await readPeerFile(join(folder, '.slipway'))).toEqual(peer)
    expect(said()).toContain('(crashed, code 5)')
  })

  test('the author may quit after a crash', async () => {
    stderr()
    const shown = await openedWindow()
    double.chosenButton = 1
    await shown.crash()
    expect(await double.exited).toBe(0)
  })

  test('a page that hangs is left alone if it responds again, which closes the question', async () => {
    stderr()
    const shown = await openedWindow()
    const page = await shown.page
    double.chosenButton = undefined
    shown.emit('unresponsive')
    shown.emit('unresponsive')
    expect(double.shownBoxes).toHaveLength(1)
    shown.emit('responsive')
    expect(double.shownBoxes[0]?.signal?.aborted).toBe(true)
    // The next time it is asked again.
    await eventually(() => {
      shown.emit('unresponsive')
      return double.shownBoxes.length
    }).toBe(2)
    expect(page.isClosed()).toBe(false)
  })

  test('a page that hangs is ended and loaded again if the author wants it', async () => {
    stderr()
    const shown = await openedWindow()
    const hung = await shown.page
    shown.emit('unresponsive')
    await eventually(() => hung.isClosed()).toBe(true)
    await eventually(async () => (await shown.page).title()).toBe('Slipway')
    // The process ended at the author's wish, which is nothing to tell.
    expect(double.shownBoxes).toHaveLength(1)
  })

  test('a helper process that ends is written down', async () => {
    const said = stderr()
    await openedWindow()
    app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 133 })
    app.emit('child-process-gone', {}, { type: 'Utility', name: 'Network Service', reason: 'clean-exit', exitCode: 0 })
    expect(said()).toContain('GPU')
    expect(said()).not.toContain('Network')
    expect(double.shownBoxes).toEqual([])
  })

  test.each(['uncaughtException', 'unhandledRejection'] as const)(
    'an %s ends the chaincode, is written to a file, and the author is told where',
    async (kind) => {
      const folder = await fixture('javascript-contract')
      // The test's own runner listens to the real ones, which would fail it.
      const listeners = () => process.listeners(kind as 'uncaughtException') as ((thrown: unknown) => void)[]
      const before = listeners()
      const shown = await openedWindow(folder)
      await registrationIs(await shown.page, 'ready')
      const [crash] = listeners().filter((listener) => !before.includes(listener))
      crash?.(new Error('boom', { cause: new Error('deeper') }))
      expect(await double.exited).toBe(1)
      expect(existsSync(peerFile(folder))).toBe(false)
      const [name = ''] = await readdir(join(settings(), 'crashes'))
      const report = await readFile(join(settings(), 'crashes', name), 'utf8')
      expect(report).toContain(`${kind}: Error: boom`)
      expect(report).toContain('caused by: Error: deeper')
      expect(double.shownErrors).toHaveLength(1)
      expect(double.shownErrors[0]?.content).toContain(join(settings(), 'crashes', name))
      // It has let go of the ledger.
      const peer = await startPeer({ dataDir: join(folder, '.slipway'), chaincodeListenAddress: '127.0.0.1:0' })
      await peer.close()
    },
  )

  test('a second start opens all its folders', async () => {
    const first = await fixture('javascript-contract')
    const more = [await fixture('javascript-contract'), await fixture('misbehaving')]
    const shown = await openedWindow(first)
    await eventually(() => existsSync(peerFile(first))).toBe(true)
    app.emit('second-instance', {}, [], '', { folders: more })
    const page = await shown.page
    await eventually(() => existsSync(peerFile(more[0] ?? ''))).toBe(true)
    // The window shows one of them, its menu both. A menu opened before the window moved to their peer closes again.
    const items = page.getByRole('menuitem')
    await eventually(async () => {
      if ((await items.count()) === 0) await page.getByRole('button', { name: 'Choose another' }).click()
      return (await items.allTextContents()).join()
    }).toMatch(/misbehaving.*javascript-contract|javascript-contract.*misbehaving/s)
    expect(double.shownBoxes).toEqual([])
  })
})
