import type { Browser, Locator, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startSlipway } from './command-line.ts'

const SLOW_MS = 60_000
const ATTEMPTS = 5
/** Chromium drops what it is fetching when the machine's networks change, as they do when a container comes or goes. */
const NETWORK_CHANGED = 'ERR_NETWORK_CHANGED'

/** Slipway's browser door on a folder, and its page; nothing on the page may fail unseen. */
export async function openWindow(
  browser: Browser,
  folder: string,
  { viewport = { width: 1440, height: 900 }, env = {} }: { viewport?: Size; env?: Record<string, string> } = {},
): Promise<Page> {
  const served = startSlipway(['serve', '--no-open', folder], env)
  await served.says(/"address":/)
  const { address } = JSON.parse(served.stdout()) as { address: string }
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
  context.setDefaultTimeout(SLOW_MS)
  const page = await context.newPage()
  let failures: string[] = []
  page.on('pageerror', (error) => failures.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    if ((message.type() === 'error' || text.includes('svelte.dev/e/')) && !text.includes(NETWORK_CHANGED))
      failures.push(text)
  })
  onTestFinished(async () => {
    await context.close()
    expect(failures).toEqual([])
  })
  await load(page, () => page.goto(address, { waitUntil: 'networkidle' }))
  failures = []
  return page
}

interface Size {
  width: number
  height: number
}

/** Load the page; again where its parts were dropped on the way. */
async function load(page: Page, go: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const dropped: string[] = []
    const look = (request: { failure(): { errorText: string } | null }): void => {
      const text = request.failure()?.errorText ?? ''
      if (text.includes(NETWORK_CHANGED)) dropped.push(text)
    }
    page.on('requestfailed', look)
    try {
      await go()
      if (dropped.length === 0) return
    } catch (error) {
      if (attempt === ATTEMPTS || !String(error).includes(NETWORK_CHANGED)) throw error
    } finally {
      page.off('requestfailed', look)
    }
    if (attempt === ATTEMPTS) return
  }
}

/** Load the page again, at its present address. */
export async function reload(page: Page): Promise<void> {
  await load(page, () => page.reload({ waitUntil: 'networkidle' }))
}

/** A card, by its heading. */
export function card(page: Page, name: string | RegExp): Locator {
  return page.getByRole('region', { name })
}

/** Wait until something on the page says this. */
export async function says(locator: Locator, text: string | RegExp): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor()
}

/** Wait until the strip says this of the registration. */
export async function registrationIs(page: Page, word: string): Promise<void> {
  await page.getByTestId('registration').getByText(word, { exact: true }).waitFor()
}

/** The command as an author copies it from there, without the comment above it. */
export async function shownCommand(place: Page | Locator): Promise<string> {
  const shown = (await place.getByTestId('command').textContent()) ?? ''
  return shown.replace(/^#.*\n/, '')
}

/** Open a screen with the mouse; from then on its keys act. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('button', { name: new RegExp(`^${screen}`) })
    .click()
}

/** Find something in the palette, and do it. */
export async function choose(page: Page, words: string): Promise<void> {
  const palette = await openPalette(page)
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await palette.waitFor({ state: 'detached' })
}

/** Through the palette, as the keyboard has it: the function's form is open and its first field takes what is typed. */
export async function openFunction(page: Page, name: string): Promise<void> {
  const palette = await openPalette(page)
  await page.keyboard.type(name)
  // Calls, keys and lines hold the name too, and are found while the functions are still being read.
  const functions = palette.getByRole('group', { name: /^Functions of / })
  const selected = functions.getByRole('option', { selected: true })
  await selected.filter({ has: page.getByText(name, { exact: true }) }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name, exact: true }).waitFor()
}

/** It takes what is typed a frame after it is there. */
async function openPalette(page: Page): Promise<Locator> {
  const palette = page.getByRole('dialog', { name: 'Command palette' })
  await page.keyboard.press('Control+k')
  await expect
    .poll(() => palette.getByRole('combobox').evaluate((field) => field === document.activeElement))
    .toBe(true)
  return palette
}

/** Fill the form from its first field on, replacing what was typed before, and send it. */
export async function typeAndSend(page: Page, ...values: string[]): Promise<void> {
  for (const [index, value] of values.entries()) {
    if (index > 0) await page.keyboard.press('Tab')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(value)
  }
  await page.keyboard.press('Control+Enter')
}
