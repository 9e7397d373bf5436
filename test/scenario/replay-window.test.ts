// @module-tag slow
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { goTo, openFunction, openWindow, registrationIs, reload, says, typeAndSend } from '../support/window.ts'
import { edit } from './author.ts'

const { describe, test } = needs('chromium')

describe('replay in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('a call is pinned with one key, runs again after a save, and shows what changed', async () => {
    const folder = await fixture('javascript-contract', 'installed')
    const page = await openWindow(browser, folder)
    const shoot = async (name: string) => {
      const to = process.env['SLIPWAY_SHOTS']
      if (to !== undefined) await page.screenshot({ path: join(to, `${name}.png`) })
    }
    await registrationIs(page, 'ready')
    await goTo(page, 'Replay')
    await says(page.getByRole('main'), 'Nothing to replay yet')
    await shoot('empty')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'asset1', 'first')
    await says(page.getByTestId('call-status'), '200')
    await goTo(page, 'Call')
    await page.getByRole('main').focus()
    await page.keyboard.press('p')
    await page.getByRole('button', { name: 'Unpin' }).waitFor()
    // Held for a while.
    await page.keyboard.down('s')
    await page.keyboard.down('s')
    await page.keyboard.up('s')
    await says(page.getByRole('status'), 'scenarios/recorded.yaml')
    const recorded = () => readFile(join(folder, 'scenarios/recorded.yaml'), 'utf8')
    expect(await recorded()).toContain('submit: Put')
    await shoot('call')

    await goTo(page, 'Replay')
    const summary = page.getByTestId('replay')
    await says(summary, '1 of 1 call passed')
    await edit(join(folder, 'index.js'), 'Buffer.from(value))', "Buffer.from(value + '!'))")
    await says(summary, /build 2.*1 changed since build 1/s)
    const row = page.getByRole('listbox', { name: 'Calls replayed' }).getByRole('option').first()
    await says(row, 'writes.asset1')
    await row.click()
    const detail = page.getByRole('region', { name: 'What the call came to' })
    await says(detail, 'first!')
    await says(detail, 'putting asset1')
    await shoot('changed-light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shoot('changed-dark')
    await page.setViewportSize({ width: 720, height: 450 })
    await shoot('changed-narrow')
    await page.setViewportSize({ width: 1440, height: 900 })

    // It is the peer's state: a reload shows it too.
    await reload(page)
    await says(summary, '1 changed since build 1')

    await mkdir(join(folder, 'scenarios'), { recursive: true })
    await writeFile(
      join(folder, 'scenarios/sell.yaml'),
      'scenario: Sell\nsteps:\n  - evaluate: Get\n    args: [nothing]\n',
    )
    const source = page.getByRole('combobox', { name: 'What is replayed' })
    await source.focus()
    await eventually(() => source.locator('option').allTextContents()).toContain('Sell')
    await source.selectOption('Sell')
    await says(summary, '1 failed')
    await shoot('failed')
    expect((await recorded()).match(/submit: Put/g)).toHaveLength(1)
  })

  test('says so where all pinned calls are on another channel', async () => {
    const folder = await fixture('javascript-contract', 'installed')
    await writeFile(join(folder, 'slipway.yaml'), 'channels: [other]\n')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await openFunction(page, 'Put')
    await page.getByLabel('Channel', { exact: true }).selectOption('other')
    await page.getByLabel('key', { exact: true }).fill('k')
    await page.getByLabel('value', { exact: true }).fill('theirs')
    await page.keyboard.press('Control+Enter')
    await says(page.getByTestId('call-status'), '200')
    await page.getByRole('button', { name: 'Pin', exact: true }).click()
    await page.getByRole('button', { name: 'Unpin' }).waitFor()
    await goTo(page, 'Replay')
    await says(page.getByRole('main'), 'The pinned calls are on another channel')
  })
})
