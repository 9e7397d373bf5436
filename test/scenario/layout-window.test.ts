import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { copyFixture, fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { openWindow, registrationIs, reload, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

const SCREENS = ['Run', 'Call', 'State', 'Logs', 'Blocks', 'Events', 'Identities', 'Connect', 'Replay']
const WIDEST = 1760

describe('the layout of the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('every screen has the same measure at every width; where it is narrow, the form comes first', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'put', 'k'.repeat(300), 'v'.repeat(3_000))
    for (const width of [720, 900, 1440, 2560]) {
      await page.setViewportSize({ width, height: 700 })
      const measures = new Set<string>()
      for (const name of SCREENS) {
        await page.getByRole('button', { name, exact: true }).click()
        const screen = page.locator('main > .page')
        await screen.waitFor()
        const [left, inside] = await screen.evaluate((element) => {
          const { paddingLeft, paddingRight } = getComputedStyle(element)
          const { left, width } = element.getBoundingClientRect()
          return [left, width - parseFloat(paddingLeft) - parseFloat(paddingRight)]
        })
        measures.add(`${left} ${inside}`)
        expect(inside).toBeLessThanOrEqual(WIDEST)
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      }
      expect([width, [...measures].length]).toEqual([width, 1])
    }

    await page.setViewportSize({ width: 720, height: 450 })
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    const top = async (name: string) => (await page.getByRole('region', { name, exact: true }).boundingBox())?.y ?? NaN
    const tops = [await top('Call'), await top('Result'), await top('Functions'), await top('Recent calls')]
    expect(tops).toEqual(tops.toSorted((a, b) => a - b))
    await page.getByLabel('Function to call').selectOption('put')
    await eventually(() => page.getByLabel('Argument 2', { exact: true }).inputValue()).toBe('v'.repeat(3_000))
  })

  test('the theme is switched by a button that says “Theme”, and a reload keeps it', async () => {
    const page = await openWindow(browser, await fixture('javascript-shim'))
    await registrationIs(page, 'ready')
    const theme = page.getByRole('button', { name: /^Theme: / })
    expect(await theme.innerText()).toBe('Theme')
    const scheme = () => page.evaluate(() => getComputedStyle(document.body).colorScheme)
    await theme.click()
    await eventually(scheme).toBe('light')
    await theme.click()
    await eventually(scheme).toBe('dark')
    await reload(page)
    await eventually(scheme).toBe('dark')
  })

  test('a long log line opens; several chaincodes are seen; the folder dialog begins beside the open folder', async () => {
    const folder = await fixture('misbehaving')
    const other = join(dirname(folder), 'other')
    await copyFixture('javascript-shim', 'installed', other)
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'printLines', '3')
    await page.getByRole('button', { name: 'Logs', exact: true }).click()
    await page.getByText('line 2 of 3', { exact: true }).click()
    const line = page.getByRole('region', { name: 'The line in full' })
    await says(line, 'line 2 of 3')
    await page.getByRole('log', { name: 'Log' }).focus()
    await page.keyboard.press('ArrowUp')
    await says(line, 'line 1 of 3')
    await page.keyboard.press('Escape')
    await line.waitFor({ state: 'detached' })

    await page.getByRole('button', { name: /Choose another/ }).click()
    await page.getByRole('menuitem', { name: /Add another/ }).click()
    const dialog = page.getByRole('dialog')
    await eventually(() => dialog.getByLabel('Folder', { exact: true }).inputValue()).toBe(dirname(folder))
    await dialog.getByRole('listitem').filter({ hasText: 'other' }).getByRole('button', { name: 'Open' }).click()
    const bar = page.getByRole('navigation', { name: 'Chaincodes' })
    await eventually(() => bar.getByRole('button').count()).toBe(2)
    await says(bar.getByRole('button', { name: /misbehaving/ }), 'ready')
  })
})
