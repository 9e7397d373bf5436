import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('private data, endorsement and channels in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('a member sees a collection’s values, another organisation their hashes', async () => {
    const folder = await fixture('feature-node', 'installed')
    await writeFile(join(folder, 'slipway.yaml'), 'peer: { organisations: [Org1MSP, Org2MSP] }\n')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await openFunction(page, 'SeedPrivate')
    await typeAndSend(page, 'own', 'doc', '0', '3')
    await page.getByTestId('block').waitFor()

    await page.getByRole('button', { name: 'State', exact: true }).click()
    await page.getByRole('button', { name: 'own', exact: true }).click()
    const keys = page.getByRole('listbox', { name: 'Keys' })
    await says(keys.getByRole('option'), '"docType":"doc"')
    await page.getByLabel('seen by').selectOption('Org2MSP')
    await page.getByText('Org2MSP isn’t a member of own').waitFor()
    await says(keys.getByRole('option'), /[0-9a-f]{64}/)
    await page.getByLabel('seen by').selectOption('Org1MSP')
    await says(keys.getByRole('option'), '"docType":"doc"')
    await keys.getByRole('option').first().click()
    await page.getByText('A private key has no history').waitFor()
    await page.getByRole('button', { name: 'public state' }).click()
    await keys.getByRole('option').first().waitFor({ state: 'detached' })
  })

  test('a policy that is not satisfied is said on the card of the call', async () => {
    const folder = await fixture('feature-node', 'installed')
    const policy = "AND('Org1MSP.peer', 'Org2MSP.peer')"
    await writeFile(join(folder, 'slipway.yaml'), `endorsementPolicy: "${policy}"\n`)
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'k', 'v')
    const alert = page.getByRole('alert').filter({ hasText: 'ENDORSEMENT_POLICY_FAILURE' })
    await says(alert, policy)
    await says(alert, 'Org1MSP alone did')
  })

  test('a chaincode on two channels is called on the one that is chosen, and the state of each is its own', async () => {
    const folder = await fixture('feature-node', 'installed')
    await writeFile(join(folder, 'slipway.yaml'), 'channels: [other]\n')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await page.getByLabel('Channel', { exact: true }).selectOption('other')
    await page.getByLabel('key', { exact: true }).fill('k')
    await page.getByLabel('value', { exact: true }).fill('theirs')
    await page.keyboard.press('Control+Enter')
    await page.getByTestId('block').waitFor()

    await page.getByRole('button', { name: 'State', exact: true }).click()
    await page.getByText('has written nothing yet').waitFor()
    await page.getByLabel('Channel', { exact: true }).selectOption('other')
    await says(page.getByRole('listbox', { name: 'Keys' }).getByRole('option'), 'theirs')
  })
})
