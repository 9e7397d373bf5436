// @module-tag slow
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { goTo, openWindow, registrationIs, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('undo in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('a block is rewound to, restored, and reached by its name', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'put', 'asset1', 'first')
    await slipway('submit', folder, 'put', 'asset2', 'second')
    await goTo(page, 'Blocks')
    const blocks = page.getByRole('listbox', { name: 'Blocks' })
    const newest = blocks.getByRole('option').first()
    await eventually(() => blocks.getByRole('option').count()).toBe(4)

    await blocks.getByRole('option').nth(1).click()
    const compared = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Compare' }).click()
    await says(compared, /What changed since block 2.*One key differs.*new.*asset2.*second/s)
    const until = compared.getByRole('textbox', { name: 'Until' }).or(compared.getByRole('combobox', { name: 'Until' }))
    await until.fill('2')
    await until.press('Enter')
    await says(compared, 'Nothing differs')
    await until.fill('no such point')
    await until.press('Enter')
    await says(compared.getByRole('alert'), 'no such point')
    await compared.getByRole('button', { name: 'Close' }).click()
    await compared.waitFor({ state: 'detached' })
    // What was asked before is not asked again.
    await page.getByRole('button', { name: 'Compare' }).click()
    await says(compared, 'One key differs')
    expect(await until.inputValue()).toBe('')
    await compared.getByRole('button', { name: 'Close' }).click()
    await compared.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Checkpoint', exact: true }).click()
    await compared.getByRole('textbox', { name: 'Name of a new checkpoint' }).fill('one asset')
    await compared.getByRole('button', { name: 'Set checkpoint' }).click()
    await says(compared.getByRole('list', { name: 'Checkpoints' }), /one asset.*after block 2/s)
    await compared.getByRole('button', { name: 'Close' }).click()
    await compared.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Rewind to here' }).click()
    const dialog = page.getByRole('dialog')
    await says(dialog, /Block 3 is taken back/)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Rewind to here' }).click()
    await dialog.getByRole('button', { name: 'Rewind', exact: true }).click()
    await eventually(() => blocks.getByRole('option').count()).toBe(3)
    await goTo(page, 'State')
    const keys = page.getByRole('listbox').getByRole('option')
    await eventually(() => keys.count()).toBe(1)

    // The call is still in the list, and marked.
    await goTo(page, 'Call')
    await eventually(() => page.getByText('taken back', { exact: true }).count()).toBe(1)

    // The list has the blocks that are there now, not those it had read.
    await goTo(page, 'Blocks')
    await says(page.getByRole('status').filter({ hasText: 'kept' }), 'taken to block 2')
    await slipway('submit', folder, 'put', 'other', 'branch')
    await newest.click()
    await says(page.getByRole('region', { name: 'What block 3 holds' }), 'other')

    await page.getByRole('button', { name: 'Checkpoints' }).click()
    // The newest again, not the block that was named before.
    await dialog.getByRole('textbox', { name: 'Name of a new checkpoint' }).fill('other way')
    await dialog.getByRole('button', { name: 'Set checkpoint' }).click()
    await says(dialog.getByRole('list', { name: 'Checkpoints' }), /other way.*after block 3/s)
    await dialog
      .getByRole('list', { name: 'Branches' })
      .getByRole('button', { name: /^Restore/ })
      .click()
    await dialog.waitFor({ state: 'detached' })
    await newest.click()
    await says(page.getByRole('region', { name: 'What block 3 holds' }), 'asset2')

    // A branch is compared with what the channel has instead.
    await page.getByRole('button', { name: 'Checkpoints' }).click()
    await dialog.getByRole('button', { name: 'Compare other way' }).click()
    await says(dialog, /2 keys differ.*new.*asset2.*gone.*other/s)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Checkpoints' }).click()
    await dialog.getByRole('button', { name: 'Go to other way' }).click()
    await newest.click()
    await says(page.getByRole('region', { name: 'What block 3 holds' }), 'other')
    await page.getByRole('status').filter({ hasText: 'kept' }).getByRole('button', { name: 'Restore' }).click()
    await goTo(page, 'State')
    await says(page.getByRole('listbox'), 'asset2')
  })

  test('a dialog goes with its screen, and the keys act again', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'put', 'asset1', 'first')
    await goTo(page, 'Blocks')
    const blocks = page.getByRole('listbox', { name: 'Blocks' }).getByRole('option')
    await blocks.nth(1).click()
    for (const button of ['Checkpoints', 'Compare', 'Rewind to here']) {
      await page.getByRole('button', { name: button }).click()
      await page.getByRole('dialog').waitFor()
      await page.evaluate(() => {
        location.hash = '#/events'
      })
      await page.getByRole('listbox', { name: 'Events' }).or(page.getByText('No events yet')).first().waitFor()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('5')
      await blocks.first().waitFor()
      expect(await page.getByRole('dialog').count()).toBe(0)
    }
  })
})
