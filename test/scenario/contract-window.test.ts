// @module-tag slow
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, goTo, openFunction, openWindow } from '../support/window.ts'

const BUILT_MS = 200_000

const { describe, test } = needs('chromium')

describe('what a contract says of itself', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function windowOf(name: FixtureName, readiness: Readiness): Promise<Page> {
    const page = await openWindow(browser, await fixture(name, readiness))
    // Go is built first.
    await page.getByTestId('registration').getByText('ready', { exact: true }).waitFor({ timeout: BUILT_MS })
    return page
  }

  /** The form of this function asks for these, by these names. */
  async function asksFor(page: Page, fn: string, names: string[]): Promise<void> {
    await openFunction(page, fn)
    await eventually(() => page.locator('.field label').allTextContents()).toEqual(names)
  }

  test('it can’t describe itself: the Functions card has the reason and the fix', async () => {
    const page = await windowOf('probe-contract', 'installed')
    await goTo(page, 'Call')
    const reason = card(page, 'Functions').getByRole('alert')
    await reason.filter({ hasText: 'class-transformer 0.4.1' }).waitFor()
    await reason.getByText('"overrides": { "class-transformer": "0.4.0" }').waitFor()
  })

  test('JavaScript’s parameters have their names from the source, TypeScript’s from the metadata', async () => {
    await asksFor(await windowOf('feature-node', 'installed'), 'Put', ['key', 'value'])
    const typescript = await windowOf('asset-transfer-typescript', 'built')
    await asksFor(typescript, 'CreateAsset', ['id', 'color', 'size', 'owner', 'appraisedValue'])
  })

  needs('chromium', 'go').test('Go’s parameters have their names from the source', async () => {
    const page = await windowOf('feature-go', 'installed')
    await asksFor(page, 'Put', ['key', 'value'])
    await asksFor(page, 'Walk', ['kind', 'a', 'b', 'collection'])
  })

  needs('chromium', 'java').test('Java’s parameters have their names from the source', async () => {
    const page = await windowOf('java-contract', 'built')
    await asksFor(page, 'Put', ['key', 'text'])
    await asksFor(page, 'Seed', ['prefix', 'count'])
  })
})
