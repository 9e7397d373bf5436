import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { copyFixture, fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { card, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'
import { ORGANISATIONS } from './two-organisations.ts'

const { describe, test } = needs('chromium')

describe('several organisations, and a repository, in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('each one’s process is listed; what their results differ in is shown, and what the peer read of definitions', async () => {
    const folder = await fixture('two-orgs-typescript', 'built')
    const both = ORGANISATIONS.map((mspId) => `'${mspId}.peer'`).join(', ')
    await writeFile(
      join(folder, 'slipway.yaml'),
      `name: two-orgs\nendorsementPolicy: "AND(${both})"\npeer: { organisations: [${ORGANISATIONS.join(', ')}] }\n`,
    )
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')

    await openFunction(page, 'Impure')
    await typeAndSend(page, 'time', 'k')
    const alert = page.getByRole('main').getByRole('alert').filter({ hasText: 'ProposalResponsePayloads do not match' })
    await says(alert, /createdAt[^]*Org1MSP[^]*Org2MSP[^]*clock/)

    await openFunction(page, 'Impure')
    await typeAndSend(page, 'neither', 'k')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await page.getByRole('tab', { name: /Read/ }).click()
    const set = page.getByTestId('read-write-set')
    const field = set.getByText('namespaces/fields/two-orgs/Sequence')
    await set.getByText('of the definition read by the peer').waitFor()
    await field.waitFor({ state: 'hidden' })
    await set.getByText('of the definition read by the peer').click()
    await field.waitFor()

    await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: /Run/ }).click()
    for (const mspId of ORGANISATIONS) {
      await says(card(page, 'Organisations').getByRole('row'), new RegExp(`${mspId}[^]*process \\d+[^]*ready`))
    }
    await page.getByLabel(/^Height/).click()
    await page.getByRole('button', { name: 'Cut at once' }).click()
    await says(page.getByTestId('fabric'), /Fabric 3\.1/)
  })

  test('the root of a repository names the chaincodes below it, and opens the one that is chosen', async () => {
    const root = await tempFolder('repository')
    for (const name of ['apples', 'pears'])
      await copyFixture('javascript-contract', 'installed', join(root, 'cc', name))
    const page = await openWindow(browser, root)
    const found = page.getByRole('list', { name: 'Chaincodes found' })
    await found.getByRole('button', { name: 'cc/apples' }).waitFor()
    await found.getByRole('button', { name: 'cc/pears' }).click()
    await registrationIs(page, 'ready')
    await found.waitFor({ state: 'detached' })
  })
})
