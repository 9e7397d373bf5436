import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, openWindow, registrationIs, says } from '../support/window.ts'
import { startByHand } from './author.ts'

const { describe, test } = needs('chromium')

describe('the window tells states as they are', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('saving back clears a failure and names the build that serves; a stop that was asked for is none', async () => {
    const folder = await fixture('asset-transfer-typescript', 'built')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const file = join(folder, 'src', 'asset-transfer.ts')
    const good = await readFile(file, 'utf8')
    const broken = `${good}\nconst broken: number = "text"\n`

    await writeFile(file, broken)
    await says(page.getByRole('alert'), 'The build failed')
    await writeFile(file, good)
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await says(page.getByTestId('saved-back'), 'same as build 1, which serves')
    expect(await card(page, 'Builds').locator('.fail').count()).toBe(0)

    await writeFile(file, broken)
    await says(page.getByRole('alert'), 'The build failed')
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await registrationIs(page, 'stopped')
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expect(await page.getByRole('navigation').getByLabel('1 failing').count()).toBe(0)
  })

  test('a crash shows what the process printed, though it serves again', async () => {
    const folder = await fixture('javascript-shim')
    const file = join(folder, 'probe.js')
    const crashes = "case 'exit': console.log('its last words'); process.exit(3);"
    await writeFile(file, (await readFile(file, 'utf8')).replace("case 'exit': process.exit(3);", crashes))
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const screens = page.getByRole('navigation', { name: 'Screens' })
    await screens.getByRole('button', { name: 'Call' }).click()
    await page.getByLabel('Function', { exact: true }).fill('exit')
    await page.keyboard.press('Control+Enter')
    await says(page.getByTestId('call-status'), /./)
    await screens.getByRole('button', { name: 'Run' }).click()
    const crash = page.getByRole('region', { name: /crashed/ })
    await says(crash, 'exited with code 3')
    await says(crash, 'its last words')
    await says(crash, 'restarted')
    await registrationIs(page, 'ready')
  })

  test('a process of the author’s is marked while it is older than its source', async () => {
    const folder = await fixture('javascript-shim')
    await writeFile(join(folder, 'slipway.yaml'), 'startedBy: you\n')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'waiting')
    const command = async () => ((await page.getByTestId('command').textContent()) ?? '').replace(/^#.*\n/, '')
    const terminal = startByHand({ folder, text: await command() })
    await registrationIs(page, 'ready')
    const older = page.getByTestId('older-than-source')
    const file = join(folder, 'probe.js')
    const content = await readFile(file, 'utf8')

    await appendFile(file, '\n// newer\n')
    await older.waitFor()
    await says(page.getByRole('banner'), 'old source')
    await writeFile(file, content)
    await older.waitFor({ state: 'detached' })

    await appendFile(file, '\n// newer\n')
    await older.waitFor()
    terminal.kill()
    await registrationIs(page, 'waiting')
    startByHand({ folder, text: await command() })
    await registrationIs(page, 'ready')
    expect(await older.count()).toBe(0)
  })
})
