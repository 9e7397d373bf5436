import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { card, openWindow, registrationIs, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

/** Reads, waits until its file is there, and writes: two of them at once are a conflict. */
const SLOW_PUT = `case 'slowput': {
  await stub.getState(a[0]);
  while (!require('fs').existsSync(a[1])) await new Promise((r) => setTimeout(r, 20));
  await stub.putState(a[0], Buffer.from('x'));
  return shim.success(Buffer.from('put'));
}
case 'version':`

/** A new build registers once a file is there, beside the folder: it is no save. */
const LATE_START = `const waits = setInterval(() => {
  if (!require('fs').existsSync(__dirname + '-go')) return;
  clearInterval(waits);
  shim.start(new CC());
}, 20);`

async function draft(page: Page, name: string, ...args: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await page.getByRole('button', { name: 'other…' }).click()
  await page.getByLabel('Function', { exact: true }).fill(name)
  for (const [i, argument] of args.entries()) {
    const field = page.getByLabel(`Argument ${i + 1}`, { exact: true })
    if ((await field.count()) === 0) await page.getByRole('button', { name: 'Add argument' }).click()
    await field.fill(argument)
  }
}

describe('calls in the window', () => {
  let browser: Browser
  let recent: (page: Page) => Locator

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
    recent = (page) => card(page, 'Recent calls').getByRole('button')
  })
  afterAll(() => browser.close())

  test('two calls at once are a conflict on purpose; each can be cancelled', async () => {
    const folder = await fixture('javascript-shim')
    const program = join(folder, 'probe.js')
    await writeFile(program, (await readFile(program, 'utf8')).replace("case 'version':", SLOW_PUT))
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')

    const go = `${folder}-go`
    await draft(page, 'slowput', 'k', go)
    const send = page.getByRole('button', { name: /^Submit/ })
    const flying = page.getByRole('list', { name: 'Calls under way' }).getByRole('listitem')
    await send.click()
    await send.click()
    await send.click()
    await eventually(() => flying.count()).toBe(3)
    await says(card(page, 'Recent calls'), '3 running')
    await flying.first().getByRole('button', { name: 'Cancel slowput' }).click()
    await eventually(() => flying.count()).toBe(2)
    await writeFile(go, '')
    await eventually(() => flying.count()).toBe(0)
    await eventually(async () =>
      (await recent(page).allInnerTexts()).map((text) => text.split('\n')[0]).toSorted(),
    ).toEqual(['200', 'MVCC', 'cancelled'])
    // Age, build, time and the answer in short.
    await says(recent(page), /now|\d+ s/)
    await says(recent(page), /put[^]*#1[^]*\d m?s/)
    await recent(page).filter({ hasText: 'MVCC' }).click()
    await says(page.getByTestId('call-status'), 'MVCC_READ_CONFLICT')
  })

  test('a call beside a newer build says which one answers, or waits for it; older answers are marked', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const program = join(folder, 'probe.js')
    const changed = (await readFile(program, 'utf8'))
      .replace('VERSION_MARK_1', 'VERSION_MARK_2')
      .replace('shim.start(new CC());', LATE_START)
    await writeFile(program, changed)

    await draft(page, 'version')
    await says(page.getByRole('status'), 'Until it is ready, build 1 answers.')
    await page.getByRole('button', { name: /^Submit/ }).click()
    await says(page.getByTestId('response'), 'VERSION_MARK_1')
    await page.getByRole('button', { name: 'Wait for build 2' }).click()
    await says(page.getByRole('list', { name: 'Calls under way' }), 'waits for build 2')
    await writeFile(`${folder}-go`, '')
    await says(page.getByTestId('response'), 'VERSION_MARK_2')
    await eventually(() => page.getByText('older build').count()).toBe(0)

    const older = recent(page).filter({ hasText: '#1 older' })
    await older.click()
    await says(page.getByTestId('response'), 'VERSION_MARK_1')
    await page.getByText('older build').waitFor()
  })

  test('all of 20,001 lines are shown', async () => {
    const folder = await fixture('misbehaving')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await draft(page, 'printLines', '20001')
    await page.getByRole('button', { name: /^Submit/ }).click()
    await says(page.getByRole('tab', { name: /Output/ }), '20,001')
    await page.getByRole('tab', { name: /Output/ }).click()
    const log = page.getByRole('log', { name: 'Printed during this call' })
    await log.focus()
    await page.keyboard.press('End')
    await says(log, 'line 20000 of 20001')
  })
})
