import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { openWindow, registrationIs } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('trust in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('it shows what a folder wants, opens it on a yes, and asks about a change while it is open', async () => {
    const folder = await fixture('javascript-contract')
    const yaml = join(folder, 'slipway.yaml')
    const built = () => readFile(join(folder, 'built.log'), 'utf8').catch(() => '')
    const build = (letter: string) => `node -e "require('fs').appendFileSync('built.log', '${letter}')"`
    const capability = 'peer: { vm: { docker: { hostConfig: { CapAdd: [NET_ADMIN] } } } }\n'
    // A file name or command can turn the direction of what follows it, and so lie about itself.
    await writeFile(
      yaml,
      `ignore: [built.log]\nbuild: ${build('a')}\nenv: { GIT_AUTHOR_NAME: "x\u202ey" }\n${capability}`,
    )
    const env = { SLIPWAY_SETTINGS: await tempFolder('settings') }
    const page = await openWindow(browser, folder, { env })
    const dialog = page.getByRole('dialog', { name: 'Do you trust this folder?' })
    await dialog.getByText(build('a')).waitFor()
    await dialog.getByText('CapAdd', { exact: false }).waitFor()
    await dialog.getByText('x\\u202ey').waitFor()

    await dialog.getByRole('button', { name: 'Don’t open' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('NOT_TRUSTED').or(page.getByText('wants more than to run its chaincode')).first().waitFor()
    expect(await built()).toBe('')

    await page.getByRole('button', { name: 'Open chaincode folder' }).click()
    const folders = page.getByRole('dialog', { name: 'Open a chaincode folder' })
    await folders.getByLabel('Folder', { exact: true }).fill(folder)
    await folders.getByRole('button', { name: 'Open this folder' }).click()
    await dialog.getByRole('button', { name: 'Trust and open' }).click()
    await dialog.waitFor({ state: 'detached' })
    await registrationIs(page, 'ready')
    expect(await built()).toBe('a')

    await writeFile(yaml, `ignore: [built.log]\nbuild: ${build('b')}\n`)
    await page.getByRole('button', { name: 'Review and allow…' }).click()
    await dialog.getByText(build('b')).waitFor()
    await dialog.getByRole('button', { name: 'Trust', exact: true }).click()
    await expect.poll(built).toBe('ab')
    await registrationIs(page, 'ready')
  })
})
