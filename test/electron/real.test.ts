import { createRequire } from 'node:module'
import { _electron, type ElectronApplication } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../main/root.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { registrationIs } from '../support/window.ts'

/** The real program, with settings of its own so that it is the single instance. */
async function startElectron(...folders: string[]): Promise<ElectronApplication> {
  buildDoors()
  const settings = await tempFolder('settings')
  // The package's export is the path of its program.
  const executablePath = createRequire(import.meta.url)('electron') as string
  const electron = await _electron.launch({
    executablePath,
    // A CI machine's kernel may not let Chromium make its sandbox; the renderer's own `sandbox: true` is tested below.
    args: [...(process.env['CI'] ? ['--no-sandbox'] : []), `--user-data-dir=${settings}`, root, ...folders],
    env: { ...(process.env as Record<string, string>), SLIPWAY_SETTINGS: settings },
  })
  onTestFinished(() => electron.close())
  return electron
}

needs('electron').describe('Electron itself', () => {
  test('shows the page, shut off from Node, and launches the chaincode', async () => {
    const electron = await startElectron(await fixture('javascript-contract'))
    const page = await electron.firstWindow()
    await page.waitForLoadState()
    expect(page.url()).toBe('app://slipway/')
    expect(await page.title()).toBe('Slipway')
    expect(await page.evaluate(() => [typeof require, typeof process])).toEqual(['undefined', 'undefined'])
    expect(await page.evaluate(() => Object.keys(window.slipway ?? {}))).toEqual(['post', 'onMessage'])
    await registrationIs(page, 'ready')
  })

  test('keeps the page where it is, and opens no other window', async () => {
    const electron = await startElectron()
    const page = await electron.firstWindow()
    await page.waitForLoadState()
    await page.evaluate(() => {
      location.href = 'https://example.com/'
    })
    await page.evaluate(() => void window.open('https://example.com/'))
    await page.evaluate(() => new Promise((settle) => requestAnimationFrame(settle)))
    expect(page.url()).toBe('app://slipway/')
    expect(electron.windows()).toHaveLength(1)
  })
})
