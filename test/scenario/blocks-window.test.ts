import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, openWindow, registrationIs, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('blocks and events in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('a transaction is found in its block, and leads to its keys and its call; its event is listed', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'put', 'asset1', '{"id":9007199254740993}')
    await slipway('submit', folder, 'event', 'Sold', '{"price":1.10}')

    await page.getByTestId('height').click()
    const blocks = page.getByRole('listbox', { name: 'Blocks' })
    await says(blocks.getByRole('option').first(), /event.*User1@Org1MSP.*VALID/s)

    // A block that comes while the list is looked at stands at its top.
    await slipway('submit', folder, 'put', 'asset2', 'x')
    await says(blocks.getByRole('option').first(), 'put')

    await blocks.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    const block = page.getByRole('region', { name: /^Block \d+$/ }).first()
    await says(block, /asset1[^]*9007199254740993/)
    await says(block, 'peer0@Org1MSP')
    await block.getByRole('button', { name: 'asset1' }).click()
    await says(page.getByRole('region', { name: 'Value and history' }), '9007199254740993')

    await page.getByRole('button', { name: 'Blocks', exact: true }).click()
    await says(block, 'asset1')
    await block.getByRole('button', { name: 'Open the call' }).click()
    await says(page.getByTestId('call-status'), 'VALID · 200')

    await page.getByRole('button', { name: 'Events', exact: true }).click()
    const events = page.getByRole('listbox', { name: 'Events' })
    await eventually(() => events.getByRole('option').count()).toBe(1)
    await slipway('submit', folder, 'event', 'Created', 'x')
    await eventually(() => events.getByRole('option').count()).toBe(2)
    await page.getByRole('searchbox', { name: 'Name of the event' }).fill('sol')
    await eventually(() => events.getByRole('option').count()).toBe(1)
    await events.getByRole('option').click()
    await says(card(page, 'Sold'), '1.10')
    await card(page, 'Sold').getByRole('button', { name: 'Show the transaction' }).click()
    await says(block, /Event Sold/)

    // The window keeps the blocks that it has read, but not when they are taken back out of its sight.
    await slipway('checkpoint', folder, 'before')
    await slipway('submit', folder, 'put', 'asset3', 'x')
    await says(blocks.getByRole('option').first(), 'put')
    await page.getByRole('button', { name: 'State', exact: true }).click()
    await slipway('rewind', folder, 'before')
    await slipway('submit', folder, 'event', 'Again', 'y')
    await page.getByRole('button', { name: 'Blocks', exact: true }).click()
    await says(blocks.getByRole('option').first(), 'event')
  })
})
