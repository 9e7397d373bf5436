// @module-tag slow
import axe from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { needs } from '../../support/require.ts'
import { audit, auditZoomed, sizes } from './audit.ts'
import { openPreview } from './preview-site.ts'
import { windowStates, type WindowState } from './window-states.ts'

const { describe, test } = needs('chromium')

describe('the window, for everybody', () => {
  let browser: Browser
  let page: Page
  let site: { address: string; close: () => void }
  let failures: string[] = []
  const seen: string[] = []

  beforeAll(async () => {
    site = await openPreview()
    browser = await launchChromium()
    const context = await browser.newContext({ viewport: sizes.wide, reducedMotion: 'reduce' })
    context.setDefaultTimeout(60_000)
    await context.addInitScript({ content: axe.source })
    await context.addInitScript(() => localStorage.clear())
    page = await context.newPage()
    page.on('pageerror', (error) => failures.push(error.message))
  })
  afterAll(async () => {
    await browser.close()
    site.close()
    const lines = seen.map((name) => `  ${name}`).join('\n')
    console.log(
      `axe ${axe.version} found nothing in light and dark, wide and at 200 % zoom, in ${seen.length} states:\n${lines}`,
    )
  })

  async function open(scene: string): Promise<void> {
    failures = []
    await page.setViewportSize(sizes.wide)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce', forcedColors: 'none' })
    await page.goto(`${site.address}?scene=${scene}`)
    await page.getByRole('main').waitFor()
  }

  async function look({ scene, show }: WindowState): Promise<string[]> {
    await open(scene)
    await show(page)
    return [...(await audit(page)), ...(await auditZoomed(page)), ...failures]
  }

  for (const [group, states] of Object.entries(windowStates)) {
    describe(group, () => {
      for (const state of states) {
        test(state.name, async () => {
          expect(await look(state)).toEqual([])
          seen.push(`${group}: ${state.name}`)
        })
      }
    })
  }

  test('a list is one stop of the Tab key, and arrows move in it', async () => {
    await open('ready')
    await page.keyboard.press('2')
    const list = page.getByRole('region', { name: 'Functions' })
    const names = ['CreateAsset', 'DeleteAsset']
    const at = (name: string) => list.getByRole('button', { name, exact: true })
    await eventually(() => list.locator('button[tabindex="0"]').count()).toBe(1)
    await at(names[0] ?? '').focus()
    for (const name of names.slice(1)) {
      await page.keyboard.press('ArrowDown')
      expect(await at(name).evaluate((button) => button === document.activeElement)).toBe(true)
    }
    await page.keyboard.press('Tab')
    expect(await list.evaluate((element) => element.contains(document.activeElement))).toBe(false)
    await page.keyboard.press('Shift+Tab')
    expect(await at('DeleteAsset').evaluate((button) => button === document.activeElement)).toBe(true)
    await page.keyboard.press('End')
    expect(await list.evaluate(() => document.activeElement?.textContent)).toBe('other…')
  })

  test('a line of the log that is opened stays in sight, though its card takes room', async () => {
    await open('ready')
    await page.keyboard.press('4')
    const log = page.getByRole('log', { name: 'Log' })
    const last = log.getByText(/^transferring asset239 /)
    // Where its text begins: further on there may be a link to a file.
    await last.click({ position: { x: 4, y: 6 } })
    await page.getByRole('region', { name: 'The line in full' }).waitFor()
    const bottom = (of: Locator) => of.evaluate((element) => element.getBoundingClientRect().bottom)
    await eventually(async () => (await bottom(last)) <= (await bottom(log))).toBe(true)
  })

  test('what a call came to is said, and what became of the chaincode', async () => {
    await open('ready')
    const said = page.getByTestId('said-of-call')
    expect(await said.getAttribute('role')).toBe('status')
    await eventually(() => page.getByTestId('said-of-state').textContent()).toMatch(
      /^asset-transfer: ready, build \d+$/,
    )
    await page.keyboard.press('2')
    await page.getByRole('button', { name: 'TransferAsset', exact: true }).click()
    expect(await said.textContent()).toBe('')
    await page.getByRole('textbox', { name: 'id' }).fill('asset6')
    await page.getByRole('textbox', { name: 'newOwner' }).fill('Ada')
    await page.keyboard.press('Control+Enter')
    await eventually(() => said.textContent()).toBe('TransferAsset: VALID · 200, block 48')
  })

  test('what was said is gone after a while: whoever reads the page finds it once', async () => {
    const context = await browser.newContext({ viewport: sizes.wide, reducedMotion: 'reduce' })
    try {
      const other = await context.newPage()
      await other.clock.install()
      await other.goto(`${site.address}?scene=ready`)
      const said = other.getByTestId('said-of-state')
      await eventually(() => said.textContent()).toMatch(/ready/)
      await other.clock.fastForward(60_000)
      await eventually(() => said.textContent()).toBe('')
      expect(await other.getByTestId('registration').textContent()).toBe('ready')
    } finally {
      await context.close()
    }
  })

  test('with forced colours, what is chosen still differs from the rest', async () => {
    await open('ready')
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
    await page.keyboard.press('3')
    // Not those of a select.
    const options = page.getByRole('listbox').getByRole('option')
    await options.nth(1).click()
    const ground = (index: number) => options.nth(index).evaluate((option) => getComputedStyle(option).backgroundColor)
    const highlight = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('i'))
      probe.style.cssText = 'background: Highlight; forced-color-adjust: none'
      const { backgroundColor } = getComputedStyle(probe)
      probe.remove()
      return backgroundColor
    })
    expect(await ground(1)).toBe(highlight)
    expect(await ground(2)).not.toBe(highlight)
    const marks = page.getByRole('navigation').locator('[aria-current="page"]')
    expect(await marks.evaluate((button) => getComputedStyle(button).backgroundColor)).toBe(highlight)
  })
})
