import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('the state in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('keys are found by text and by a selector; a value at a block, the difference of two versions', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const put = (key: string, value: string) => slipway('submit', folder, 'put', key, value)
    await put('car1', '{"owner":"Ann","price":9007199254740993}')
    await put('car2', '{"owner":"Bob","price":2}')
    await put('car1', '{"owner":"Cleo","price":9007199254740993}')
    await put('car1', '{"owner":"Dan","price":9007199254740994}')

    await page.getByRole('button', { name: 'State', exact: true }).click()
    const keys = page.getByRole('listbox', { name: 'Keys' })
    const by = page.getByLabel('Search by')
    await eventually(() => keys.getByRole('option').count()).toBe(2)
    await by.selectOption('contains')
    await page.getByLabel('Text in keys and values').fill('bOB')
    await eventually(() => keys.getByRole('option').count()).toBe(1)
    await says(keys.getByRole('option'), 'car2')
    await page.getByLabel('Text in keys and values').fill('nobody')
    await page.getByText('No key or value contains “nobody”').waitFor()

    await by.selectOption('query')
    const selector = page.getByLabel('Selector of a rich query')
    await selector.fill('{"owner":')
    await page.getByText('not a JSON object yet').waitFor()
    await selector.fill('{"price": {"$gt": 9007199254740993}}')
    await says(page.getByRole('status'), /1 key of 2 examined/)
    await says(keys.getByRole('option'), 'car1')
    await selector.fill('{"owner": {"$nonsense": 1}}')
    await says(page.getByRole('alert'), 'invalid_operator')
    await selector.fill('{"selector": {"owner": "Dan"}, "limit": 5}')

    await keys.getByRole('option', { name: /car1/ }).click()
    const detail = page.getByRole('region', { name: 'Value and history' })
    await says(detail.getByTestId('value'), 'Dan')
    await detail.getByLabel(/^Value at block/).fill('2')
    await says(detail.getByTestId('value'), 'Ann')
    await detail.getByLabel(/^Value at block/).fill('1')
    await says(detail.getByTestId('value'), 'It didn’t exist at block 1.')
    await detail.getByLabel(/^Value at block/).fill('')
    const compare = detail.getByRole('button', { name: 'Compare' })
    await compare.first().click()
    await compare.last().click()
    const difference = detail.getByRole('region', { name: 'Difference of two versions' })
    await says(difference, /removed:[^]*Ann[^]*added:[^]*Dan/)
    await eventually(() => difference.getByText('Cleo').count()).toBe(0)
  })

  test('each block leads to the state as it was after it, which stays while blocks come', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const put = (key: string, value: string) => slipway('submit', folder, 'put', key, value)
    await put('car1', 'first')
    await put('car2', 'second')
    await put('car1', 'changed')
    await goTo(page, 'Blocks')
    const blocks = page.getByRole('listbox', { name: 'Blocks' }).getByRole('option')
    await eventually(() => blocks.count()).toBe(5)
    await blocks.nth(1).click()
    await page.getByRole('button', { name: 'State here' }).click()
    const then = page.getByRole('status').filter({ hasText: 'As it was after block 3.' })
    await then.waitFor()
    const keys = page.getByRole('listbox', { name: 'Keys' }).getByRole('option')
    await eventually(() => keys.allInnerTexts()).toEqual([
      expect.stringMatching(/car1.*first/s),
      expect.stringMatching(/car2.*second/s),
    ])
    expect(page.url()).toContain('after=3')
    await keys.first().click()
    const detail = page.getByRole('region', { name: 'Value and history' })
    await says(detail.getByTestId('value'), 'first')
    await detail.getByText('2:0', { exact: true }).first().waitFor()
    expect(await detail.getByText('changed').count()).toBe(0)

    // Another block changes nothing here.
    await put('car3', 'third')
    await eventually(() => page.getByTestId('height').innerText()).toBe('6')
    expect(await keys.count()).toBe(2)
    await page.reload()
    await then.waitFor()
    await eventually(() => keys.count()).toBe(2)
    await then.getByRole('button', { name: 'Block 3' }).click()
    await blocks.nth(3).click()
    await page.getByRole('button', { name: 'State here' }).click()
    await says(page.getByRole('status').filter({ hasText: 'As it was' }), 'after block 2')
    await eventually(() => keys.allInnerTexts()).toEqual([expect.stringMatching(/car1.*first/s)])
    await page.getByRole('button', { name: 'Show it as it is now' }).click()
    await eventually(() => keys.count()).toBe(3)
    await says(keys.first(), 'changed')
  })

  test('a value at a block stays in its place while blocks come', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'put', 'car1', 'first')
    await page.getByRole('button', { name: 'State', exact: true }).click()
    const key = page.getByRole('listbox', { name: 'Keys' }).getByRole('option')
    await key.click()
    const value = page.getByTestId('value')
    const at = (Number(await page.getByTestId('height').innerText()) - 1).toString()
    await page.getByLabel(/^Value at block/).fill(at)
    await says(page.getByRole('region', { name: 'Value and history' }), `at block ${at}`)
    await says(value, 'first')
    const emptied = await value.evaluateHandle((element) => {
      const seen = { empty: false }
      const look = () => {
        if (element.textContent.trim() === '') seen.empty = true
      }
      new MutationObserver(look).observe(element, { subtree: true, childList: true, characterData: true })
      return seen
    })
    await slipway('submit', folder, 'put', 'car1', 'second')
    await says(key, 'second')
    expect(await emptied.jsonValue()).toEqual({ empty: false })
    await says(value, 'first')
  })

  test('what is shown is exported, a key a line; private data is marked, and hashes for who may not see it', async () => {
    const folder = await fixture('feature-node', 'installed')
    await writeFile(join(folder, 'slipway.yaml'), 'peer: { organisations: [Org1MSP, Org2MSP] }\n')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'Put', 'public1', '{"n":1.10}')
    await openFunction(page, 'SeedPrivate')
    await typeAndSend(page, 'own', 'doc', '0', '1')
    await page.getByTestId('block').waitFor()
    await page.getByRole('button', { name: 'State', exact: true }).click()
    await page.getByRole('button', { name: 'own', exact: true }).waitFor()

    const exported = async () => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export' }).click(),
      ])
      const text = await readFile(await download.path(), 'utf8')
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    }
    const all = await exported()
    expect(all).toContainEqual(expect.objectContaining({ key: 'public1', value: '{"n":1.10}' }))
    expect(all.filter((line) => line['private'] === true)).toEqual([
      expect.objectContaining({
        collection: 'own',
        seenBy: 'Org1MSP',
        key: expect.any(String),
        value: expect.any(String),
      }),
    ])
    await page.getByRole('button', { name: 'own', exact: true }).click()
    await page.getByLabel('seen by').selectOption('Org2MSP')
    await page.getByText('Org2MSP isn’t a member of own').waitFor()
    expect(await exported()).toEqual([
      expect.objectContaining({ private: true, seenBy: 'Org2MSP', valueHash: expect.stringMatching(/^[0-9a-f]{64}$/) }),
    ])
  })
})
