import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { acting, HOSTILE, HOSTILE_NAME } from '../support/escapes.ts'
import { fixture } from '../support/fixtures.ts'
import { RawChaincode, registerPayload } from '../support/raw-chaincode.ts'
import { needs } from '../support/require.ts'
import { card, openWindow, registrationIs } from '../support/window.ts'
import { startByHand } from './author.ts'

const { describe, test } = needs('chromium')

/** The characters on the page that act instead of being drawn; also in its titles, which appear where one points. */
async function actingOn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => [
    document.title,
    document.body.innerText,
    ...[...document.querySelectorAll('[title], [aria-label]')].map(
      (each) => `${each.getAttribute('title') ?? ''} ${each.getAttribute('aria-label') ?? ''}`,
    ),
  ])
  return texts.flatMap(acting)
}

describe('what others print or are called', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** On the screen that this key opens, once it says so. */
  async function look(page: Page, key: string, text: string | RegExp): Promise<void> {
    await page.getByRole('navigation', { name: 'Screens' }).locator('button').first().focus()
    await page.keyboard.press(key)
    await page.getByRole('main').getByText(text).first().waitFor()
    expect([key, await actingOn(page)]).toEqual([key, []])
  }

  test('does nothing to the window: what registers, prints, answers, is written, emitted and wants to take over', async () => {
    const folder = await fixture('misbehaving')
    await appendFile(join(folder, 'index.js'), `\nconsole.log(${JSON.stringify(HOSTILE)})\n`)
    await writeFile(join(folder, 'slipway.yaml'), 'startedBy: you\n')
    const page = await openWindow(browser, folder)
    const text = (await page.getByTestId('command').first().innerText()).trim()
    startByHand({ folder, text })
    await registrationIs(page, 'ready')

    const [, address = ''] = /--peer\.address (\S+)/.exec(text) ?? []
    const stranger = await RawChaincode.connect(address)
    await stranger.send({ type: 'REGISTER', payload: registerPayload(`${HOSTILE}:1.0`) })
    await page.getByText('rejected a process').first().waitFor()
    expect(await actingOn(page)).toEqual([])

    startByHand({ folder, text: text.replace(' 2>&1', ` '${HOSTILE_NAME}' 2>&1`) })
    await card(page, 'A second process wants to take over').getByText('owned').waitFor()
    expect(await actingOn(page)).toEqual([])

    expect((await slipway('submit', folder, 'put', HOSTILE, HOSTILE)).code).toBe(0)
    expect((await slipway('submit', folder, HOSTILE, HOSTILE)).code).toBe(1)
    await look(page, '2', /owned|evil/)
    await look(page, '3', /owned|evil/)
    await look(page, '5', /put/)
    await look(page, '1', 'misbehaving')
  })

  test('nor do the name of a file, what a start that failed prints, and its cause', async () => {
    const folder = await fixture('misbehaving')
    const file = `${HOSTILE_NAME}.js`
    await writeFile(
      join(folder, file),
      `console.error(${JSON.stringify(HOSTILE)})\nthrow new Error(${JSON.stringify(HOSTILE)})\n`,
    )
    const entry = join(folder, 'index.js')
    await writeFile(entry, `require(${JSON.stringify(`./${file}`)})\n${await readFile(entry, 'utf8')}`)
    const page = await openWindow(browser, folder)
    await page.getByRole('main').getByText(/evil/).first().waitFor()
    expect(await actingOn(page)).toEqual([])
    await look(page, '4', /evil/)
  })
})
