import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('keys and the palette', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** Type in the palette, wait until this comes first in its group, and take it. */
  async function find(page: Page, typed: string, group: string, title: string): Promise<void> {
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog', { name: 'Command palette' })
    await palette.getByRole('combobox').fill(typed)
    const found = palette.getByRole('group', { name: group }).getByRole('option').filter({ hasText: title }).first()
    await found.waitFor()
    while ((await found.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await palette.waitFor({ state: 'detached' })
  }

  test('the palette finds keys, calls, identities and log lines, and leads to each', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'lighthouse', 'on the northern shore')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'lighthouse', 'on the southern shore')
    await says(page.getByRole('banner').getByTestId('height'), '4')

    await find(page, 'lightho', 'Keys', 'lighthouse')
    await says(page.getByRole('region', { name: 'Value and history' }), 'southern shore')

    await find(page, 'northern', 'Calls', 'Put(lighthouse, on the northern shore)')
    await says(page.getByRole('heading', { level: 1 }), 'Call')
    await page.getByRole('tab', { name: /Read/ }).click()
    await says(page.getByTestId('read-write-set'), 'northern shore')

    await find(page, 'user1', 'Identities', 'User1@Org1MSP')
    await says(page.getByTestId('identity-id'), 'User1@Org1MSP')

    await find(page, 'putting lighth', 'Log', 'putting lighthouse')
    await says(page.getByRole('log', { name: 'Log' }).locator('.current'), 'putting lighthouse')
  })

  test('what is nearer comes first', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'Logs', 'a key named like a screen')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog', { name: 'Command palette' })
    await palette.getByRole('combobox').fill('logs')
    await palette.getByRole('group', { name: 'Keys' }).getByRole('option', { name: 'Logs' }).waitFor()
    const selected = palette.getByRole('option', { selected: true })
    expect(await selected.textContent()).toContain('Go to Logs')
    await palette.getByRole('combobox').fill('put')
    await eventually(() => selected.textContent()).toMatch(/^\s*Put/)
    await palette.getByRole('combobox').fill('no such thing anywhere')
    await palette.getByText('No matches').first().waitFor()
    expect(await palette.getByRole('option').count()).toBe(0)
  })

  test('letters and digits act only where no field and no button is used', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    const screen = page.getByRole('heading', { level: 1 })
    const restart = page.getByRole('button', { name: /^Restart/ })
    const builds = card(page, 'Builds').getByRole('listitem')
    const before = await builds.count()

    // A button has the focus: its own keys act, and no others.
    await restart.focus()
    for (const key of ['r', '2', '3', 'n']) await page.keyboard.press(key)
    await says(screen, 'javascript-contract')
    // A field: they are text.
    await openFunction(page, 'Put')
    await page.getByLabel('key', { exact: true }).fill('')
    await page.keyboard.type('r21')
    expect(await page.getByLabel('key', { exact: true }).inputValue()).toBe('r21')
    await says(screen, 'Call')

    // Nothing is used: they act.
    await goTo(page, 'State')
    await says(screen, 'State')
    await page.keyboard.press('1')
    await says(screen, 'javascript-contract')
    expect(await builds.count()).toBe(before)
  })

  test('Ctrl+Enter sends where the form has the focus, and nowhere else', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await page.getByLabel('key', { exact: true }).fill('k')
    await page.getByLabel('value', { exact: true }).fill('v')
    await page.getByRole('button', { name: 'Put', exact: true }).focus()
    await page.keyboard.press('Control+Enter')
    await goTo(page, 'Identities')
    await page.keyboard.press('Control+Enter')
    await goTo(page, 'Call')
    await page.getByLabel('value', { exact: true }).focus()
    await page.keyboard.press('Control+Enter')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    // One call was sent.
    await eventually(() => card(page, 'Recent calls').getByRole('button').count()).toBe(1)
  })
})
