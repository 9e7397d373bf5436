// @module-tag slow
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { defineByHand } from '../support/by-hand.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, openWindow, registrationIs, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('a chaincode that was defined by hand, in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('its card says what decides, and takes it back to the folder’s', async () => {
    const folder = await fixture('javascript-contract', 'installed')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const byHand = card(page, 'Defined by hand')
    await defineByHand(folder, 'javascript-contract', '7', 2)
    await says(byHand, /On mychannel: version 7, sequence 2/)
    await byHand.getByRole('button', { name: 'Define it as its folder says' }).click()
    await byHand.waitFor({ state: 'detached' })
  })
})
