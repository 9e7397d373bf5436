import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { openFunction, openWindow, registrationIs, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('a read that was submitted', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('is evaluated the next time, also by a new window, unless its author says otherwise', async () => {
    const page = await openWindow(browser, await fixture('feature-node', 'installed'))
    await registrationIs(page, 'ready')
    await openFunction(page, 'Get')
    const evaluates = page.getByRole('radio', { name: 'Evaluate' })
    await expect.poll(() => evaluates.isChecked()).toBe(false)
    await typeAndSend(page, 'k')
    await page.getByText('It wrote nothing: evaluate is enough').waitFor()
    await expect.poll(() => evaluates.isChecked()).toBe(true)
    await page.getByText('the last submit of this function wrote nothing').waitFor()
    await page.getByRole('radio', { name: 'Submit' }).click()
    await page.getByRole('button', { name: /^Submit/ }).click()
    await page.getByTestId('block').waitFor()
    await expect.poll(() => evaluates.isChecked()).toBe(false)

    await page.reload()
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await openFunction(page, 'Get')
    await expect.poll(() => evaluates.isChecked()).toBe(true)
  })
})
