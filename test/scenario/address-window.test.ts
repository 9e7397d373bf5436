import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { openFunction, openWindow, registrationIs, reload, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('addresses and history', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const hash = (page: Page) => new URL(page.url()).hash
  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

  test('Back and Forward, a reload and a pasted address; two windows are two authors', async () => {
    const folder = await fixture('asset-transfer-typescript', 'built')
    await slipway('identity', 'issue', folder, 'recipient')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await expect.poll(() => hash(page)).toBe('#/run')

    await openFunction(page, 'CreateAsset')
    await typeAndSend(page, 'asset1', 'teal', '7', 'Ada', '90')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await expect
      .poll(() => hash(page))
      .toMatch(/^#\/call\/CreateAsset\?call=\d+&arg=asset1&arg=teal&arg=7&arg=Ada&arg=90$/)
    await openFunction(page, 'ReadAsset')
    await page.keyboard.type('asset1')
    await expect.poll(() => hash(page)).toMatch(/^#\/call\/ReadAsset\?.*arg=asset1$/)

    await page.goBack()
    await heading(page, 'CreateAsset')
    await expect.poll(() => page.getByLabel('owner', { exact: true }).inputValue()).toBe('Ada')
    await page.goBack()
    await page.getByRole('region', { name: 'Builds' }).waitFor()
    await page.goForward()
    await heading(page, 'CreateAsset')
    await page.goForward()
    await heading(page, 'ReadAsset')
    await expect.poll(() => page.getByLabel('id', { exact: true }).inputValue()).toBe('asset1')

    // What was typed elsewhere is kept too, and the result.
    await page.goBack()
    await heading(page, 'CreateAsset')
    await page.getByLabel('owner', { exact: true }).fill('Grace')
    await page.getByLabel('As', { exact: true }).selectOption('recipient@Org1MSP')
    // A load that failed once has the address to go by, and nothing else.
    await expect.poll(() => hash(page)).toContain('arg=Grace')
    await reload(page)
    await heading(page, 'CreateAsset')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await expect.poll(() => page.getByLabel('owner', { exact: true }).inputValue()).toBe('Grace')
    expect(await page.getByLabel('As', { exact: true }).inputValue()).toBe('recipient@Org1MSP')

    // The same address in another window: its arguments, and whom the first one called as last, who was the default.
    const other = await page.context().newPage()
    onTestFinished(() => other.close())
    await other.goto(page.url())
    await heading(other, 'CreateAsset')
    await expect.poll(() => other.getByLabel('owner', { exact: true }).inputValue()).toBe('Grace')
    expect(await other.getByLabel('As', { exact: true }).inputValue()).toBe('')
    await other.getByLabel('As', { exact: true }).selectOption('User1@Org1MSP')
    await other.getByLabel('id', { exact: true }).fill('asset2')
    await other.getByLabel('id', { exact: true }).press('Control+Enter')
    await says(other.getByTestId('call-status'), 'VALID · 200')
    await reload(page)
    await heading(page, 'CreateAsset')
    expect(await page.getByLabel('As', { exact: true }).inputValue()).toBe('recipient@Org1MSP')
    // A new window begins as whoever called last, from wherever; those that are open stay who they are.
    const third = await page.context().newPage()
    await third.goto(page.url())
    await heading(third, 'CreateAsset')
    await expect.poll(() => third.getByLabel('As', { exact: true }).inputValue()).toBe('User1@Org1MSP')
    await third.close()

    await other.goto(`${new URL(page.url()).origin}/#/blocks/1`)
    await expect.poll(() => hash(other)).toBe('#/blocks/1/0')
    await says(other.getByRole('main'), 'Block 1')
    await other.goto(`${new URL(page.url()).origin}/#/state?key=asset1`)
    const value = other.getByRole('region', { name: 'Value and history' })
    await says(value, 'teal')

    // A key that is chosen is a step; what is looked for changes the step.
    await other.goto(`${new URL(page.url()).origin}/#/state`)
    await value.waitFor({ state: 'detached' })
    await other.getByRole('option', { name: /^asset1/ }).click()
    await says(value, 'teal')
    await expect.poll(() => hash(other)).toBe('#/state?key=asset1')
    await other.getByLabel('Key prefix').fill('ass')
    await expect.poll(() => hash(other)).toBe('#/state?find=ass&key=asset1')
    await reload(other)
    await says(value, 'teal')
    expect(await other.getByLabel('Key prefix').inputValue()).toBe('ass')
    await other.goBack()
    await value.waitFor({ state: 'detached' })
    await other.goForward()
    await says(value, 'teal')
    // What an address names is found, whatever stands above it.
    await other.goto(`${new URL(page.url()).origin}/#/state?key=nothing`)
    await other.getByText('No keys begin with “nothing”').waitFor()
  })
})
