// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { takenAddress } from '../support/free-port.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { card, goTo, openWindow, registrationIs, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('ports for client applications that are taken', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('are told where addresses are shown, and files that name them are exported again', async () => {
    const folder = await fixture('javascript-contract')
    const [peer, orderer] = [await takenAddress(), await takenAddress()]
    const settings = { listenAddress: peer, ordererListenAddress: orderer }
    await writeFile(join(folder, 'slipway.yaml'), JSON.stringify({ peer: settings }))
    const out = join(await tempFolder('export'), 'client')
    expect((await slipway('export', folder, '--out', out)).code).toBe(0)

    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await says(card(page, 'Client applications'), peer)
    await goTo(page, 'Connect')
    const addresses = card(page, 'Addresses')
    await says(addresses, `${peer}, ${orderer}`)
    expect(await addresses.getByTestId('moved').count()).toBe(2)

    const files = card(page, 'Files for an SDK')
    await says(files.getByTestId('outdated'), out)
    await files.getByRole('button', { name: 'Export them again' }).click()
    await files.getByRole('status').getByText('files').waitFor()
    await files.getByTestId('outdated').waitFor({ state: 'detached' })
    const address = await addresses.getByRole('definition').first().locator('code').textContent()
    expect(address).not.toBe(peer)
    expect(await readFile(join(out, 'connection-profile.json'), 'utf8')).toContain(address)
  })
})
