// @module-tag slow
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { audit, auditZoomed, sizes } from '../renderer/accessibility/audit.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'
import { adminOf, CHANNEL, memberOf, nameNetworks, playNetwork } from '../support/network.ts'
import { needs } from '../support/require.ts'
import { choose, goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

/** A folder of the same chaincode as the network has, whose slipway.yaml names that; nothing lies outside it. */
async function withNetworks(more: object = {}, name: FixtureName = 'javascript-contract') {
  const [network, folder] = await Promise.all([playNetwork(name), fixture(name)])
  await mkdir(join(folder, 'ids'))
  await cp(memberOf(network), join(folder, 'ids', 'user'), { recursive: true })
  await cp(await adminOf(network, 'Org1MSP'), join(folder, 'ids', 'admin'), { recursive: true })
  const peer = network.peers['Org1MSP'] ?? ''
  const member = { peer, mspId: 'Org1MSP', identity: 'ids/user', admin: 'ids/admin', channel: CHANNEL }
  await nameNetworks(
    folder,
    {
      test: { ...member, allowSubmit: true },
      shared: member,
      gone: { ...member, peer: await freeAddress() },
    },
    more,
  )
  return { network, folder }
}

async function sendTo(page: Page, name: string): Promise<void> {
  await page.getByLabel('To', { exact: true }).selectOption(name)
}

describe('real networks in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('a call runs there and here, its results side by side; what is refused says how to allow it', async () => {
    const { network, folder } = await withNetworks()
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const card = page.getByRole('region', { name: /on (test|shared|gone)/ })
    const status = page.getByTestId('network-status')
    const verdict = page.getByTestId('network-verdict')

    await openFunction(page, 'Put')
    await typeAndSend(page, 'k', '{"n":1}')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    // A recorded call, there too.
    await page.getByRole('button', { name: 'Run on…' }).click()
    await page.getByRole('menuitem', { name: 'test', exact: true }).click()
    await eventually(() => page.getByTestId('said-of-network').textContent()).toMatch(
      /^Put on test: VALID · 200, block \d+$/,
    )
    // The call from here was said when it ended.
    expect(await page.getByTestId('said-of-call').textContent()).toBe('')
    await says(status, 'VALID · 200')
    await says(verdict, 'same as here')
    await says(card, 'User1@Org1MSP')

    await sendTo(page, 'test')
    await says(page.getByTestId('network-facts'), /as User1@Org1MSP · mychannel · .* blocks/)
    await slipway('submit', network.folder, 'Put', 'other', '{"n":2}')
    await openFunction(page, 'Get')
    await typeAndSend(page, 'other')
    await says(card, 'The same call wasn’t made here yet.')
    await says(card, '"n": 2')
    await page.getByRole('button', { name: 'Run here too' }).click()
    await says(verdict, 'differs')
    await says(verdict, /outcome, response/)

    await sendTo(page, 'shared')
    await says(page.getByTestId('network-facts'), 'networks.shared.allowSubmit: true')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'k', 'w')
    await says(status, 'NETWORK_READ_ONLY')
    await says(card, 'networks.shared.allowSubmit: true')

    await sendTo(page, 'gone')
    await says(page.getByTestId('network-facts'), 'ECONNREFUSED')
    await page.getByRole('radio', { name: 'Evaluate' }).click()
    await page.getByRole('button', { name: /^Evaluate on gone/ }).click()
    await says(status, 'NETWORK_UNREACHABLE')
    await page.getByRole('button', { name: /^Dismiss the result/ }).click()
    await status.waitFor({ state: 'detached' })

    // A network that slipway.yaml no longer names is no target: calls are this Slipway's again.
    await nameNetworks(folder, {})
    await page.getByLabel('To', { exact: true }).waitFor({ state: 'detached' })
    await page.getByLabel('As', { exact: true }).waitFor()
  })

  test('its blocks and events are read by Deliver, as they come', async () => {
    const { network, folder } = await withNetworks({}, 'feature-node')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const submit = (...args: string[]) => slipway('submit', network.folder, ...args)
    await goTo(page, 'Blocks')
    const whose = page.getByLabel('Whose chain')
    await whose.focus()
    await whose.selectOption('test')
    // It stands on the screen that it replaces.
    await eventually(() => whose.evaluate((select) => select === document.activeElement)).toBe(true)
    const blocks = page.getByRole('listbox', { name: 'Blocks of test' }).getByRole('option')
    await says(blocks, 'channel configuration')
    const before = await blocks.count()
    const { stdout } = await submit('Put', 'fresh', 'v')
    const { blockNumber } = JSON.parse(stdout) as { blockNumber: number }
    await eventually(() => blocks.count()).toBe(before + 1)
    await says(blocks.first(), String(blockNumber))
    await blocks.first().click()
    const detail = page.getByRole('region', { name: `What block ${blockNumber} of test holds` })
    await says(detail, 'fresh')
    expect(await detail.getByRole('button', { name: 'fresh' }).count()).toBe(0)

    await goTo(page, 'Events')
    await says(page.getByRole('main'), 'No events on test')
    await submit('Announce', 'sold', '{"to":"Ada"}')
    const events = page.getByRole('listbox', { name: 'Events of test' }).getByRole('option')
    await says(events, 'sold')
    await events.first().click()
    await page.getByRole('button', { name: 'Show the transaction' }).click()
    await page.getByRole('region', { name: `What block ${blockNumber + 1} of test holds` }).waitFor()
    await goTo(page, 'Events')
    await page.getByLabel('Whose chain').selectOption('gone')
    await says(page.getByRole('alert'), 'ECONNREFUSED')
    await page.getByLabel('Whose chain').selectOption('')
    await page.getByRole('button', { name: 'Call a function' }).waitFor()
  })

  test('a chaincode is deployed step by step, and what others have to do is told', async () => {
    const { folder } = await withNetworks({ name: 'fresh', version: '1.0' })
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await choose(page, 'to a network')
    const dialog = page.getByRole('dialog', { name: /^Deploy / })
    await says(dialog.getByTestId('network-facts'), 'admin@Org1MSP')
    await dialog.getByLabel('Network').selectOption('shared')
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
    await says(dialog.getByRole('alert'), 'networks.shared.allowSubmit: true')
    await dialog.getByLabel('Network').selectOption('test')
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
    const steps = dialog.getByRole('list', { name: 'Steps of the deployment' }).getByRole('listitem')
    await says(dialog.getByTestId('deploy-result'), /Org2MSP has yet to do|is defined on/)
    await says(steps.nth(1), 'done')
    await says(steps.nth(2), /done in block \d+/)
    await says(steps.nth(3), 'waits for the approval of Org2MSP')
    await says(dialog.getByRole('group', { name: 'Commands for Org2MSP' }), 'peer lifecycle chaincode approveformyorg')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    // The deployment is a fact: another look shows it.
    await choose(page, 'to a network')
    await says(steps.nth(3), 'waits for the approval of Org2MSP')
  })

  test('axe finds nothing on what is shown of a network', async () => {
    const { folder } = await withNetworks()
    const page = await openWindow(browser, folder)
    // Not as a script of the page, which its policy forbids.
    await page.evaluate(`${axe.source};0`)
    await registrationIs(page, 'ready')
    async function look(state: string): Promise<void> {
      const found = [...(await audit(page)), ...(await auditZoomed(page))]
      await page.setViewportSize(sizes.wide)
      expect({ state, found }).toEqual({ state, found: [] })
    }
    await goTo(page, 'Call')
    await sendTo(page, 'gone')
    await says(page.getByTestId('network-facts'), 'ECONNREFUSED')
    await look('Call, a network that is gone')
    await sendTo(page, 'test')
    await says(page.getByTestId('network-facts'), 'blocks')
    await openFunction(page, 'Get')
    await typeAndSend(page, 'k')
    await page.getByRole('button', { name: 'Run here too' }).click()
    await says(page.getByTestId('network-verdict'), /same|differs/)
    await look('Call, compared')
    await goTo(page, 'Blocks')
    await page.getByLabel('Whose chain').selectOption('test')
    await page.getByRole('listbox').getByRole('option').first().click()
    await says(page.getByRole('region', { name: /^What block \d+ of test holds/ }), 'Data hash')
    await look('Blocks of a network')
    await goTo(page, 'Events')
    await says(page.getByRole('main'), 'No events on test')
    await look('Events of a network')
    await choose(page, 'to a network')
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy', exact: true }).waitFor()
    await look('the deploy dialog')
  })
})
