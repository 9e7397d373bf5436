// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { expect, onTestFinished, vi } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { connectInspector } from '../support/inspector-client.ts'
import { containersOf } from '../support/net-mode.ts'
import { removePeerImages } from '../support/peer-images.ts'
import { needs } from '../support/require.ts'
import { card, goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

vi.setConfig({ testTimeout: 900_000 })

/** Of an image whose dependencies are not there yet. */
const BUILD_MS = 300_000

needs('chromium', 'docker').test(
  'the window starts a container under its debugger, shows the pause, and writes how an editor attaches',
  async () => {
    buildDoors()
    await baseImages(['nodeenv'])
    const folder = await fixture('javascript-contract')
    await writeFile(join(folder, 'slipway.yaml'), 'mode: net\n')
    const dataDir = join(folder, '.slipway')
    onTestFinished(() => removePeerImages(dataDir))
    const browser = await launchChromium()
    try {
      const page = await openWindow(browser, folder)
      await page.getByTestId('container-state').getByText('running').waitFor({ timeout: BUILD_MS })
      await registrationIs(page, 'ready')
      const [before] = await containersOf(dataDir)
      const debuggerCard = card(page, 'Start under debugger')
      await says(debuggerCard, 'Breakpoints without a clock')
      await debuggerCard.getByRole('radio', { name: 'on', exact: true }).click()
      await says(debuggerCard, '"remoteRoot": "/usr/local/src"')
      // The old container serves until the new one is ready.
      await expect.poll(() => containersOf(dataDir), { timeout: BUILD_MS }).not.toContain(before)
      await registrationIs(page, 'ready')

      await debuggerCard.getByRole('button', { name: 'Write launch.json' }).click()
      await says(debuggerCard, 'Written to')
      const launch = parse(await readFile(join(folder, '.vscode', 'launch.json'), 'utf8')) as {
        configurations: Entry[]
      }
      expect(launch.configurations).toMatchObject([{ localRoot: '${workspaceFolder}', remoteRoot: '/usr/local/src' }])

      const editor = await connectInspector(launch.configurations[0]?.port ?? 0)
      const source = await readFile(join(folder, 'index.js'), 'utf8')
      const line = source.split('\n').findIndex((text) => text.includes('putState(key, Buffer.from(value))'))
      await editor.breakAt('/usr/local/src/index.js', line)
      await says(debuggerCard, '1 editor connected')
      await openFunction(page, 'Put')
      await typeAndSend(page, 'a', 'one')
      await editor.paused()
      await registrationIs(page, 'paused in the debugger')
      await goTo(page, 'Run')
      await says(debuggerCard.getByTestId('paused'), 'paused in the debugger')
      await editor.send('Debugger.resume')
      await registrationIs(page, 'ready')
      await goTo(page, 'Call')
      await says(page.getByTestId('call-status'), 'VALID · 200')
      await goTo(page, 'Run')
      await debuggerCard.getByRole('radio', { name: 'off', exact: true }).click()
      // What debugged it is hung up on once one without a debugger serves.
      await editor.closed
      await says(debuggerCard, 'Breakpoints without a clock')
    } finally {
      await browser.close()
    }
  },
)

interface Entry {
  port: number
}
