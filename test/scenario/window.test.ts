import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { copyFixture, fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import {
  card,
  choose,
  goTo,
  openFunction,
  openWindow,
  registrationIs,
  says,
  shownCommand,
  typeAndSend,
} from '../support/window.ts'
import { startByHand } from './author.ts'

/** The window in a real browser, against a real peer with real chaincode: what an author does all day. */
const { describe, test } = needs('chromium')

describe('the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const open = (folder: string, viewport?: { width: number; height: number }) =>
    openWindow(browser, folder, viewport === undefined ? {} : { viewport })
  const strip = (page: Page) => page.getByRole('banner')
  const main = (page: Page) => page.getByRole('main')

  test('the first run is ready by itself; calls, state and logs by keyboard alone', async () => {
    const page = await open(await fixture('asset-transfer-typescript', 'built'))
    await registrationIs(page, 'ready')
    await says(page.getByTestId('launch-outcome'), 'ready in')
    await card(page, 'Builds').getByText('serving').waitFor()
    for (const state of ['created', 'established', 'ready']) {
      await page.getByRole('list', { name: 'Registration states' }).getByText(state, { exact: true }).waitFor()
    }

    await openFunction(page, 'CreateAsset')
    await typeAndSend(page, 'asset9', 'teal', 'seven', 'Ada', '90')
    await main(page)
      .getByText(/number/)
      .first()
      .waitFor()
    await page.getByLabel('size', { exact: true }).focus()
    await typeAndSend(page, '7')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await says(page.getByTestId('response'), /"color"\s*:\s*"teal"/)

    await openFunction(page, 'TransferAsset')
    await typeAndSend(page, 'asset9', 'Grace')
    await says(page.getByTestId('response'), 'Ada')
    await page.getByRole('tab', { name: 'Response' }).focus()
    await page.keyboard.press('ArrowRight')
    await says(page.getByTestId('read-write-set'), 'asset9')
    await says(page.getByTestId('read-write-set'), /"owner"\s*:\s*"Grace"/)
    await page.keyboard.press('ArrowRight')
    await says(page.getByRole('tabpanel'), 'TransferAsset')
    await page.keyboard.press('ArrowRight')
    await says(page.getByRole('tabpanel'), 'Asset asset9 goes from Ada to Grace')

    await openFunction(page, 'ReadAsset')
    await typeAndSend(page, 'nobody')
    await says(page.getByTestId('response'), 'Asset nobody does not exist')
    await says(page.getByTestId('call-status'), '500')

    await goTo(page, 'State')
    await page.keyboard.press('/')
    await page.keyboard.type('asset')
    const keys = page.getByRole('listbox', { name: 'Keys' })
    await main(page).getByText('1 key', { exact: true }).waitFor()
    await keys.focus()
    await page.keyboard.press('ArrowDown')
    const versions = page.getByRole('region', { name: 'Value and history' }).getByRole('listitem')
    await says(versions.first(), /changed[^]*Grace/)
    await says(versions.nth(1), /first[^]*Ada/)

    await page.keyboard.press('4')
    await page.keyboard.press('/')
    await page.keyboard.type('goes from')
    await says(page.getByRole('search').getByRole('status'), /^1$/)
    await page.keyboard.press('Enter')
    await says(page.getByRole('search').getByRole('status'), '1/1')
    await says(page.getByRole('log', { name: 'Log' }), 'Asset asset9 goes from Ada to Grace')
  })

  test('a save that does not compile is shown with its place while the old build serves, and fixing it recovers', async () => {
    const folder = await fixture('asset-transfer-typescript', 'built')
    const page = await open(folder)
    await registrationIs(page, 'ready')
    const file = join(folder, 'src', 'asset-transfer.ts')
    const good = await readFile(file, 'utf8')
    await appendFile(file, '\nconst broken: number = "text"\n')
    const line = good.split('\n').length + 1
    await says(page.getByRole('alert'), 'The build failed')
    await says(card(page, 'Builds'), `asset-transfer.ts:${line}`)
    await says(card(page, /build 2 failed, build 1 still serves/), 'still serves')
    await registrationIs(page, 'ready')
    await says(strip(page), '#2 failed')
    await openFunction(page, 'GetAllAssets')
    await page.keyboard.press('Control+Enter')
    await says(page.getByTestId('response'), '[]')

    await goTo(page, 'Run')
    await writeFile(file, `${good}\n// fixed\n`)
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await says(card(page, 'Builds').getByRole('listitem').first(), /serving[^]*#3/)
    await registrationIs(page, 'ready')
  })

  needs('chromium', 'go').test(
    'a Go chaincode started by hand with the shown command is seen to register, to print and to end',
    async () => {
      const folder = await fixture('go-shim-v2')
      await writeFile(join(folder, 'slipway.yaml'), 'startedBy: you\n')
      const page = await open(folder)
      const waiting = card(page, 'Waiting for your chaincode')
      await waiting.getByText(/Nothing has connected to 127\.0\.0\.1:\d+ yet/).waitFor()
      await says(waiting, /\d\d:\d\d/)
      await registrationIs(page, 'waiting')
      const seen = await statesSeen(page)

      const terminal = startByHand({ folder, text: await shownCommand(page) })
      await registrationIs(page, 'ready')
      await waiting.waitFor({ state: 'detached' })
      await says(card(page, 'Registration'), /ready for/)
      expect(await seen()).toEqual(['created', 'established', 'ready'])

      await page.keyboard.press('2')
      await page.getByLabel('Function', { exact: true }).fill('put')
      for (const [index, value] of ['going', 'well'].entries()) {
        await page.getByRole('button', { name: 'Add argument' }).press('Enter')
        await page.getByLabel(`Argument ${index + 1}`, { exact: true }).fill(value)
      }
      await page.keyboard.press('Control+Enter')
      await says(page.getByTestId('call-status'), 'VALID · 200')
      await page.getByRole('tab', { name: /Output/ }).click()
      await says(page.getByRole('tabpanel'), 'putting going')
      await goTo(page, 'Logs')
      await says(page.getByRole('log', { name: 'Log' }), 'putting going')
      await page.keyboard.press('2')
      expect(await page.getByLabel('Argument 1', { exact: true }).inputValue()).toBe('going')
      await page.keyboard.press('1')
      terminal.kill()
      await registrationIs(page, 'waiting')
      await says(page.getByRole('alert'), /ended .+ after it connected/)
      await says(card(page, 'Output'), 'putting going')
      await waiting.getByText(/Nothing is connected to 127\.0\.0\.1:\d+ any more/).waitFor()

      // Started again, it is as if nothing had happened.
      startByHand({ folder, text: await shownCommand(page) })
      await registrationIs(page, 'ready')
      expect(await page.getByRole('alert').count()).toBe(0)
    },
  )

  test('who starts it is changed in one click; palette, theme and a narrow window by keyboard', async () => {
    const page = await open(await fixture('javascript-contract'), { width: 900, height: 700 })
    await registrationIs(page, 'ready')
    const startedBy = page.getByRole('radiogroup', { name: 'Started by' })
    await startedBy.getByRole('radio', { name: 'you' }).click()
    await registrationIs(page, 'waiting')
    await card(page, 'Waiting for your chaincode').waitFor()
    await says(card(page, 'Builds'), 'last good')
    await startedBy.getByRole('radio', { name: 'Slipway' }).click()
    await registrationIs(page, 'ready')

    // At this width too everything the strip says of the state is in sight.
    for (const word of [page.getByTestId('registration'), page.getByTestId('height')]) {
      const box = await word.boundingBox()
      expect(box && box.x + box.width).toBeLessThan(900)
    }
    await choose(page, 'theme dark')
    expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme)).toBe('dark')
    await choose(page, 'theme light')
    expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme)).toBe('light')

    await openFunction(page, 'Put')
    await typeAndSend(page, 'k', 'v')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await choose(page, 'go to logs')
    await page.getByRole('log', { name: 'Log' }).waitFor()
    await page.keyboard.press('3')
    await says(page.getByRole('listbox', { name: 'Keys' }).getByRole('option'), 'k')
    // Nothing is wider than the window.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900)
  })

  /** Which states of the registration the window comes to show, in their order. */
  async function statesSeen(page: Page): Promise<() => Promise<string[]>> {
    const marked = await page.getByRole('list', { name: 'Registration states' }).evaluateHandle((list) => {
      const seen: string[] = []
      const look = () => {
        for (const done of list.querySelectorAll('.done b')) {
          const name = done.textContent
          if (!seen.includes(name)) seen.push(name)
        }
      }
      new MutationObserver(look).observe(list, { subtree: true, attributes: true, childList: true })
      return seen
    })
    return () => marked.jsonValue()
  }

  test('of several chaincodes the one that is chosen is shown, with its output alone', async () => {
    const folder = await tempFolder('several')
    const names = ['apples', 'pears']
    for (const name of names) await copyFixture('javascript-contract', 'installed', join(folder, name))
    const list = names.map((name) => `  - { folder: ${name}, name: ${name} }\n`)
    await writeFile(join(folder, 'slipway.yaml'), `chaincodes:\n${list.join('')}`)
    const page = await open(folder)
    const output = page.getByRole('log', { name: 'Newest output' })
    for (const name of names) {
      if (name !== 'apples') await choose(page, `Switch to ${name}`)
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      await registrationIs(page, 'ready')
      await openFunction(page, 'Put')
      await typeAndSend(page, `key of ${name}`, 'v')
      await says(page.getByTestId('call-status'), 'VALID')
      await choose(page, 'Run')
      await says(output, `putting key of ${name}`)
      await says(output, `${name}:1.0.0 is ready`)
      const others = names.filter((other) => other !== name)
      for (const other of others) expect(await output.textContent()).not.toContain(other)
    }
    await choose(page, 'Switch to apples')
    await says(output, 'putting key of apples')
    await choose(page, 'Logs')
    await says(page.getByRole('log'), 'putting key of pears')
  })
})
