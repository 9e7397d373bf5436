import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, openFunction, openWindow, registrationIs, reload, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('identities in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('an organisation is added, one of it issued and chosen to call, and removed', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await page.keyboard.press('7')
    await says(page.getByTestId('identity-id'), 'User1@Org1MSP')

    await page.getByLabel('MSP id of a new organisation').fill('Org2MSP')
    await page.keyboard.press('Enter')
    const other = page.getByRole('region', { name: 'Org2MSP', exact: true })
    await other.waitFor()
    const form = card(page, 'New identity')
    await form.getByLabel('Name').fill('alice')
    await form.getByLabel('Organisation').selectOption('Org2MSP')
    await form.getByLabel('Attributes').fill('color=blue')
    await form.getByRole('button', { name: 'Issue alice' }).click()
    await says(page.getByTestId('identity-id'), 'alice@Org2MSP')
    await other.getByText('color=blue').waitFor()

    await openFunction(page, 'WhoAmI')
    await page.getByLabel('As', { exact: true }).selectOption('alice@Org2MSP')
    await page.getByRole('button', { name: /^(Submit|Evaluate)/ }).click()
    await says(page.getByTestId('response'), 'Org2MSP')
    await says(page.getByTestId('response'), 'blue')
    await says(page.getByTestId('caller'), 'alice@Org2MSP')

    // The choice is of this chaincode, and stays.
    await reload(page)
    await registrationIs(page, 'ready')
    await eventually(() => page.getByLabel('As', { exact: true }).inputValue()).toBe('alice@Org2MSP')

    await page.getByRole('button', { name: 'Identities' }).click()
    await other.getByRole('button', { name: 'alice' }).click()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Remove for good?' }).click()
    await other.getByRole('button', { name: 'alice' }).waitFor({ state: 'detached' })
  })
})
