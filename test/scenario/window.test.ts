import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { startByHand } from './author.ts'

/** The window in a real browser, against a real peer with real chaincode: what an author does all day. */
const { describe, test } = needs('chromium')
const SLOW_MS = 40_000

describe('the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** Slipway's browser door on a folder, and its page; nothing on the page may fail unseen. */
  async function open(folder: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
    const served = startSlipway(['serve', '--no-open', folder])
    await served.says(/"address":/)
    const { address } = JSON.parse(served.stdout()) as { address: string }
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
    context.setDefaultTimeout(SLOW_MS)
    const page = await context.newPage()
    const failures: string[] = []
    page.on('pageerror', (error) => failures.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.text().includes('svelte.dev/e/')) failures.push(message.text())
    })
    onTestFinished(async () => {
      await context.close()
      expect(failures).toEqual([])
    })
    await page.goto(address)
    return page
  }
  const strip = (page: Page) => page.getByRole('banner')
  const main = (page: Page) => page.getByRole('main')
  const card = (page: Page, name: string | RegExp) => page.getByRole('region', { name })
  const registration = async (page: Page, word: string) => {
    await page.getByTestId('registration').getByText(word, { exact: true }).waitFor()
  }
  const is = async (locator: Locator, text: string | RegExp) => {
    await locator.filter({ hasText: text }).first().waitFor()
  }

  /** Find something in the palette, and do it. */
  async function choose(page: Page, words: string): Promise<void> {
    const palette = page.getByRole('dialog', { name: 'Command palette' })
    await page.keyboard.press('Control+k')
    await page.keyboard.type(words)
    await page.keyboard.press('Enter')
    await palette.waitFor({ state: 'detached' })
  }

  /** Through the palette, as the keyboard has it: the function's form is open and its first field takes what is typed. */
  async function openFunction(page: Page, name: string): Promise<void> {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(name)
    await page.getByRole('dialog').getByRole('option', { name, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name, exact: true }).waitFor()
  }

  /** Fill the form from its first field on, and send it. */
  async function typeAndSend(page: Page, ...values: string[]): Promise<void> {
    for (const [index, value] of values.entries()) {
      if (index > 0) await page.keyboard.press('Tab')
      await page.keyboard.type(value)
    }
    await page.keyboard.press('Control+Enter')
  }

  test('the first run is ready by itself; calls, state and logs by keyboard alone', async () => {
    const page = await open(await fixture('asset-transfer-typescript', 'built'))
    await registration(page, 'ready')
    await is(page.getByTestId('launch-outcome'), 'ready in')
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
    await page.keyboard.press('Control+a')
    await typeAndSend(page, '7')
    await is(page.getByTestId('call-status'), 'VALID · 200')
    await is(page.getByTestId('response'), /"color"\s*:\s*"teal"/)

    await openFunction(page, 'TransferAsset')
    await typeAndSend(page, 'asset9', 'Grace')
    await is(page.getByTestId('response'), 'Ada')
    await page.getByRole('tab', { name: 'Response' }).focus()
    await page.keyboard.press('ArrowRight')
    await is(page.getByTestId('read-write-set'), 'asset9')
    await is(page.getByTestId('read-write-set'), /"owner"\s*:\s*"Grace"/)
    await page.keyboard.press('ArrowRight')
    await is(page.getByRole('tabpanel'), 'TransferAsset')
    await page.keyboard.press('ArrowRight')
    await is(page.getByRole('tabpanel'), 'Asset asset9 goes from Ada to Grace')

    await openFunction(page, 'ReadAsset')
    await typeAndSend(page, 'nobody')
    await is(page.getByTestId('response'), 'Asset nobody does not exist')
    await is(page.getByTestId('call-status'), '500')

    await page.getByRole('tab', { name: 'Response' }).focus()
    await page.keyboard.press('3')
    await page.keyboard.press('/')
    await page.keyboard.type('asset')
    const keys = page.getByRole('listbox', { name: 'Keys' })
    await main(page).getByText('1 key', { exact: true }).waitFor()
    await keys.focus()
    await page.keyboard.press('ArrowDown')
    const versions = page.getByRole('region', { name: 'Value and history' }).getByRole('listitem')
    await is(versions.first(), /changed[^]*Grace/)
    await is(versions.nth(1), /first[^]*Ada/)

    await page.keyboard.press('4')
    await page.keyboard.press('/')
    await page.keyboard.type('goes from')
    await is(page.getByRole('search').getByRole('status'), /^1$/)
    await page.keyboard.press('Enter')
    await is(page.getByRole('search').getByRole('status'), '1/1')
    await is(page.getByRole('log', { name: 'Log' }), 'Asset asset9 goes from Ada to Grace')
  })

  test('a save that does not compile is shown with its place while the old build serves, and mending it recovers', async () => {
    const folder = await fixture('asset-transfer-typescript', 'built')
    const page = await open(folder)
    await registration(page, 'ready')
    const file = join(folder, 'src', 'asset-transfer.ts')
    const good = await readFile(file, 'utf8')
    await appendFile(file, '\nconst broken: number = "text"\n')
    const line = good.split('\n').length + 1
    await is(page.getByRole('alert'), 'The build failed')
    await is(card(page, 'Builds'), `asset-transfer.ts:${line}`)
    await is(card(page, /build 2 failed, build 1 serves on/), 'serves on')
    await registration(page, 'ready')
    await is(strip(page), '#2 failed')
    await page.keyboard.press('2')
    await page.getByRole('button', { name: 'GetAllAssets' }).click()
    await page.keyboard.press('Control+Enter')
    await is(page.getByTestId('response'), '[]')

    await page.getByRole('tab', { name: 'Response' }).focus()
    await page.keyboard.press('1')
    await writeFile(file, `${good}\n// mended\n`)
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await is(card(page, 'Builds').getByRole('listitem').first(), /serving[^]*#3/)
    await registration(page, 'ready')
  })

  needs('chromium', 'go').test(
    'a Go chaincode started by hand with the shown command is seen to register, to print and to end',
    async () => {
      const folder = await fixture('go-shim-v2')
      await writeFile(join(folder, 'slipway.yaml'), 'startedBy: you\n')
      const page = await open(folder)
      const waiting = card(page, 'Waiting for your chaincode')
      await waiting.getByText(/Nothing has connected to 127\.0\.0\.1:\d+ yet/).waitFor()
      await is(waiting, /\d\d:\d\d/)
      await registration(page, 'waiting')
      const seen = await statesSeen(page)

      const terminal = startByHand({ folder, text: await shownCommand(page) })
      await registration(page, 'ready')
      await waiting.waitFor({ state: 'detached' })
      await is(card(page, 'Registration'), /ready for/)
      expect(await seen()).toEqual(['created', 'established', 'ready'])

      await page.keyboard.press('2')
      await page.getByLabel('Function', { exact: true }).fill('put')
      for (const [index, value] of ['going', 'well'].entries()) {
        await page.getByRole('button', { name: 'Add argument' }).press('Enter')
        await page.getByLabel(`Argument ${index + 1}`, { exact: true }).fill(value)
      }
      await page.keyboard.press('Control+Enter')
      await is(page.getByTestId('call-status'), 'VALID · 200')
      await page.getByRole('tab', { name: /Output/ }).click()
      await is(page.getByRole('tabpanel'), 'putting going')
      await page.keyboard.press('4')
      await is(page.getByRole('log', { name: 'Log' }), 'putting going')
      await page.keyboard.press('2')
      expect(await page.getByLabel('Argument 1', { exact: true }).inputValue()).toBe('going')
      await page.getByRole('tab', { name: /Output/ }).focus()

      await page.keyboard.press('1')
      terminal.kill()
      await registration(page, 'waiting')
      await is(page.getByRole('alert'), /ended .+ after it connected/)
      await is(card(page, 'Last lines'), 'putting going')
      await waiting.getByText(/Nothing is connected to 127\.0\.0\.1:\d+ any more/).waitFor()

      // Started again, it is as if nothing had happened.
      startByHand({ folder, text: await shownCommand(page) })
      await registration(page, 'ready')
      expect(await page.getByRole('alert').count()).toBe(0)
    },
  )

  test('who starts it is changed in one click; palette, theme and a narrow window by keyboard', async () => {
    const page = await open(await fixture('javascript-contract'), { width: 900, height: 700 })
    await registration(page, 'ready')
    const startedBy = page.getByRole('radiogroup', { name: 'Started by' })
    await startedBy.getByRole('radio', { name: 'you' }).click()
    await registration(page, 'waiting')
    await card(page, 'Waiting for your chaincode').waitFor()
    await is(card(page, 'Builds'), 'last good')
    await startedBy.getByRole('radio', { name: 'Slipway' }).click()
    await registration(page, 'ready')

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
    await is(page.getByTestId('call-status'), 'VALID · 200')
    await choose(page, 'go to logs')
    await page.getByRole('log', { name: 'Log' }).waitFor()
    await page.keyboard.press('3')
    await is(page.getByRole('listbox', { name: 'Keys' }).getByRole('option'), 'k')
    // Nothing is wider than the window.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900)
  })

  /** The command as an author copies it from the page, without the comment above it. */
  async function shownCommand(page: Page): Promise<string> {
    const shown = (await page.getByTestId('command').textContent()) ?? ''
    return shown.replace(/^#.*\n/, '')
  }

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
})
