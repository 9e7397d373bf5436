import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { Block } from '../../core/protos/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { copyFixture, fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { card, choose, goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('what a block holds, and where it leads', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const blocks = (page: Page) => page.getByRole('listbox', { name: 'Blocks' }).getByRole('option')
  /** A second click would take it back, so it is clicked only until it is selected. */
  const select = (row: Locator) =>
    eventually(async () => {
      if ((await row.getAttribute('aria-selected')) !== 'true') await row.click()
      return row.getAttribute('aria-selected')
    }).toBe('true')
  const shownBlock = (page: Page) => page.getByRole('region', { name: /^Block \d+$/ }).first()

  test('private data by its hashes, and the block as a peer delivers it', async () => {
    const folder = await fixture('feature-node', 'installed')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const submitted = await slipway('submit', folder, 'SeedPrivate', 'own', 'doc', '0', '1')
    const { blockNumber, txId } = JSON.parse(submitted.stdout) as { blockNumber: number; txId: string }
    await goTo(page, 'Blocks')
    await blocks(page).filter({ hasText: 'SeedPrivate' }).click()
    await says(shownBlock(page), /private collection own[^]*hashes only/)
    const keyHash = createHash('sha256').update('doc000000').digest('hex')
    await shownBlock(page).getByTitle(keyHash).waitFor()
    expect(await shownBlock(page).getByText('doc000000').count()).toBe(0)

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the raw block' }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`mychannel_${blockNumber}.block`)
    const raw = await readFile(await download.path())
    expect(Block.deserializeBinary(raw).getHeader()?.getNumber()).toBe(blockNumber)
    expect(raw.includes(txId)).toBe(true)
  })

  test('when blocks are cut is chosen there: two calls share one, each a transaction of its own', async () => {
    const page = await openWindow(browser, await fixture('javascript-shim'))
    await registrationIs(page, 'ready')
    const strip = page.getByRole('banner')
    const height = async () => Number(await strip.getByTestId('height').innerText())
    const opened = await height()
    await strip.getByTestId('height').click()
    await page.getByRole('button', { name: 'Cut at once' }).click()
    await page.getByRole('menuitemradio', { name: 'Two calls per block' }).click()
    await strip.getByText('10 s', { exact: true }).waitFor()
    // The channel's configuration says so too, in a block of its own.
    const before = opened + 1
    await eventually(height).toBe(before)

    await goTo(page, 'Call')
    await page.getByRole('button', { name: 'other…' }).click()
    await page.getByLabel('Function', { exact: true }).fill('version')
    const flying = page.getByRole('list', { name: 'Calls under way' }).getByRole('listitem')
    const send = page.getByRole('button', { name: /^Submit/ })
    await send.click()
    await eventually(() => flying.count()).toBe(1)
    await send.click()
    await eventually(height).toBe(before + 1)
    await goTo(page, 'Blocks')
    await blocks(page).first().getByText('version ×2').waitFor()
    await select(blocks(page).first())
    await shownBlock(page).getByText(`${before}:0`, { exact: true }).waitFor()
    const chips = page.getByRole('group', { name: 'Transactions' }).getByRole('button')
    await chips.nth(1).click()
    await shownBlock(page).getByText(`${before}:1`, { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Cut after 10 s' }).click()
    await page.getByRole('menuitemradio', { name: 'Cut blocks at once' }).click()
    await page.getByRole('button', { name: 'Cut at once' }).waitFor()
    await eventually(() => strip.getByText('10 s', { exact: true }).count()).toBe(0)
  })

  test('events are those of one chaincode, or of all', async () => {
    const folder = await tempFolder('emitting')
    const names = ['apples', 'pears']
    for (const name of names) await copyFixture('feature-node', 'installed', join(folder, name))
    const list = names.map((name) => `  - { folder: ${name}, name: ${name} }\n`)
    await writeFile(join(folder, 'slipway.yaml'), `chaincodes:\n${list.join('')}`)
    const page = await openWindow(browser, folder)
    for (const name of names) {
      if (name !== 'apples') await choose(page, `Switch to ${name}`)
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      await registrationIs(page, 'ready')
      await openFunction(page, 'Announce')
      await typeAndSend(page, 'Sold', `by ${name}`)
      await says(page.getByTestId('call-status'), 'VALID')
      await choose(page, 'Run')
    }
    await goTo(page, 'Events')
    const events = page.getByRole('listbox', { name: 'Events' }).getByRole('option')
    await eventually(() => events.count()).toBe(2)
    const filter = page.getByRole('group', { name: 'Chaincode', exact: true })
    for (const name of names) {
      await filter.getByRole('button', { name, exact: true }).click()
      await says(events, `by ${name}`)
      await eventually(() => events.count()).toBe(1)
    }
    await page.getByRole('searchbox', { name: 'Name of the event' }).fill('bought')
    await page.getByText('No such events').waitFor()
    await page.getByRole('button', { name: 'Show all events' }).click()
    await eventually(() => events.count()).toBe(2)
  })

  test('a transaction leads to its log lines, a line to its call, a call and a key’s version to the transaction', async () => {
    const folder = await fixture('javascript-contract', 'installed')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const first = await slipway('submit', folder, 'Put', 'k1', 'first')
    const { stdout } = await slipway('submit', folder, 'Put', 'k2', 'second')
    const { blockNumber } = JSON.parse(stdout) as { blockNumber: number }
    await goTo(page, 'Blocks')
    await blocks(page).first().getByText(String(blockNumber), { exact: true }).waitFor()
    await select(blocks(page).nth(1))
    await says(shownBlock(page), 'k1')
    const address = new URL(page.url()).hash
    expect(address).toMatch(/^#\/blocks\/\d+\/0$/)

    await shownBlock(page).getByRole('button', { name: 'Show its log lines' }).click()
    const log = page.getByRole('log', { name: 'Log' })
    await log.locator('.current').getByText('putting k1').click()
    // Each line says of which transaction it is and how that is known; this one by time.
    const { txId } = JSON.parse(first.stdout) as { txId: string }
    const owner = log.locator('.current .owner button', { hasText: txId.slice(0, 8) })
    await says(owner, `${txId.slice(0, 8)}time`)
    const line = page.getByRole('region', { name: 'The line in full' })
    await says(line.getByTestId('line-owner'), /Of Put, transaction .*no other call/)
    await line.getByRole('button', { name: 'Open the call' }).click()
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await goTo(page, 'Logs')
    await log.locator('.owner button', { hasText: txId.slice(0, 8) }).click()
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await page.getByRole('button', { name: /^block \d+$/ }).click()
    await says(shownBlock(page), 'k1')
    expect(new URL(page.url()).hash).toBe(address)

    await shownBlock(page).getByRole('button', { name: 'k1', exact: true }).click()
    const value = card(page, 'Value and history')
    await value.getByTitle('Show the transaction in its block').click()
    await says(shownBlock(page), 'k1')
    // And Back, step by step.
    await page.goBack()
    await says(value, 'first')
    await page.goBack()
    await says(shownBlock(page), 'k1')
    await page.goBack()
    await page.getByTestId('call-status').waitFor()
  })
})
