import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { choose, openWindow, registrationIs } from '../support/window.ts'

const { describe, test } = needs('chromium')

async function named(name: string): Promise<string> {
  const folder = await fixture('javascript-shim')
  await writeFile(join(folder, 'slipway.yaml'), `name: ${name}\n`)
  return folder
}

describe('the folder dialog', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('begins beside the open folder and leads back to recent ones, except those that are open or gone', async () => {
    const [first, second] = [await named('first'), await named('second')]
    const page = await openWindow(browser, first, { env: { SLIPWAY_SETTINGS: await tempFolder('settings') } })
    await registrationIs(page, 'ready')
    const dialog = page.getByRole('dialog', { name: 'Open a chaincode folder' })
    const path = dialog.getByLabel('Folder', { exact: true })
    const recent = dialog.getByRole('group', { name: 'Recent folders' }).getByRole('button')
    const titles = () => recent.evaluateAll((buttons) => buttons.map((button) => button.getAttribute('title')))
    const isOpen = async (name: string) => {
      await dialog.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: `Chaincode ${name}` }).waitFor()
      await registrationIs(page, 'ready')
    }

    await choose(page, 'Open a chaincode folder')
    await eventually(() => path.inputValue()).toBe(dirname(first))
    await path.fill(second)
    await dialog.getByRole('button', { name: 'Open this folder' }).click()
    await isOpen('second')

    await choose(page, 'Open a chaincode folder')
    await eventually(titles).toEqual([first])
    await recent.click()
    await isOpen('first')

    await rm(second, { recursive: true })
    const third = await named('third')
    await choose(page, 'Open a chaincode folder')
    await eventually(() => path.inputValue()).toBe(dirname(first))
    await path.fill(third)
    await dialog.getByRole('button', { name: 'Open this folder' }).click()
    await isOpen('third')
    await choose(page, 'Open a chaincode folder')
    await eventually(titles).toEqual([first])
  })
})
