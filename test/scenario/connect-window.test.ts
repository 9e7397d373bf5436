// @module-tag slow
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { card, goTo, openWindow, registrationIs, reload, says } from '../support/window.ts'
import { pasted } from './pasted.ts'

/** What a language, a shell or a template would take for its own, and text beyond ASCII. */
const VALUE = 'it’s "5" o\'clock: $HOME `x` \\u0041 ${a} %PATH% é 猫'

/** As a program prints it, and as the peer command does. */
const ANSWERED = /^ok$|payload:"ok"/m

const { describe, test } = needs('chromium')

describe('the Connect page', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  for (const [language, { test }] of [
    ['Node', needs()],
    ['Go', needs('go')],
    ['Java', needs('java')],
    ['peer command', needs('peer')],
  ] as const) {
    test(`what it shows for ${language} runs as it is pasted; the call is shown, sent again and edited`, async () => {
      const page = await openWindow(browser, await fixture('javascript-contract'))
      await registrationIs(page, 'ready')
      await page.getByRole('button', { name: 'Connect your app' }).click()
      const fields = card(page, 'What it calls')
      await fields.getByRole('combobox', { name: 'Function to call' }).selectOption('Put')
      await fields.getByRole('textbox').nth(0).fill('key1')
      await fields.getByRole('textbox').nth(1).fill(VALUE)
      await says(page.getByTestId('program'), 'key1')
      expect(await page.content()).not.toContain('PRIVATE KEY')

      expect(await pasted(page, language)).toMatch(ANSWERED)

      await goTo(page, 'Call')
      const call = card(page, 'Recent calls').getByRole('button', { name: /Put.*application/ })
      await call.click()
      await says(page.getByTestId('caller'), 'User1@Org1MSP')
      const service = language === 'peer command' ? 'protos.Endorser' : 'gateway.Gateway'
      expect(await page.getByTestId('client').getAttribute('title')).toBe(service)
      await page.getByRole('tab', { name: /^Read/ }).click()
      await says(page.getByRole('tabpanel'), 'key1')
      await page.getByRole('tab', { name: /^Output/ }).click()
      await says(page.getByRole('tabpanel'), 'putting key1')

      await page.getByRole('button', { name: 'Send again' }).click()
      await eventually(() => page.getByTestId('client').count()).toBe(0)
      await says(page.getByTestId('call-status'), 'VALID')
      await call.click()
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await eventually(() => card(page, 'Call').getByRole('textbox').nth(1).inputValue()).toBe(VALUE)
    })
  }

  for (const [language, { test }] of [
    ['Node', needs()],
    ['Go', needs('go')],
    ['Java', needs('java')],
    ['peer command', needs('peer')],
  ] as const) {
    // What it shows for a client's certificate are commands of a POSIX shell.
    if (process.platform === 'win32') break
    test(`what it shows for ${language} runs over mutual TLS too`, async () => {
      const folder = await fixture('javascript-contract')
      await writeFile(join(folder, 'slipway.yaml'), 'peer: { tls: { enabled: true, clientAuthRequired: true } }\n')
      const page = await openWindow(browser, folder)
      await registrationIs(page, 'ready')
      await goTo(page, 'Connect')
      const fields = card(page, 'What it calls')
      await fields.getByRole('combobox', { name: 'Function to call' }).selectOption('Put')
      await fields.getByRole('textbox').nth(0).fill('key1')
      await says(page.getByTestId('program'), 'key1')
      expect(await pasted(page, language)).toMatch(ANSWERED)
    })
  }

  test('files for an SDK are written where its author says, and replaced only on request', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await goTo(page, 'Connect')
    const files = card(page, 'Files for an SDK')
    const folder = await tempFolder('export')
    await files.getByRole('radio', { name: 'Test network' }).click()
    await files.getByLabel('Folder').fill(folder)
    await files.getByRole('button', { name: 'Write' }).click()
    await files.getByRole('status').getByText('files').waitFor()
    const users = join(folder, 'organizations/peerOrganizations/org1.example.com/users')
    expect(await readdir(users)).toContain('User1@org1.example.com')

    const taken = join(await tempFolder('export'), 'client')
    const mine = join(taken, 'organizations/peerOrganizations/org1.example.com/msp/config.yaml')
    await mkdir(dirname(mine), { recursive: true })
    await writeFile(mine, 'mine')
    await files.getByLabel('Folder').fill(taken)
    await files.getByRole('button', { name: 'Write' }).click()
    await files.getByRole('alert').waitFor()
    expect(await readFile(mine, 'utf8')).toBe('mine')
    await files.getByRole('button', { name: 'Replace them' }).click()
    await files.getByRole('status').getByText('files').waitFor()
    expect(await readFile(mine, 'utf8')).toContain('NodeOUs')
  })

  test('a language that is chosen stays, and transient data is sent along', async () => {
    const page = await openWindow(browser, await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await page.keyboard.press('8')
    const fields = card(page, 'What it calls')
    await fields.getByRole('combobox', { name: 'Function to call' }).selectOption('Transient')
    await fields.getByRole('radio', { name: 'Evaluate' }).click()
    await fields.getByRole('textbox').first().fill('secret')
    await fields.getByRole('button', { name: 'Transient data' }).click()
    await fields.getByLabel('Transient key 1').fill('secret')
    await fields.getByLabel('Transient value 1').fill('ok')
    expect(await pasted(page, 'Node')).toMatch(ANSWERED)

    await page.getByRole('tab', { name: 'Node' }).press('ArrowRight')
    await says(page.getByTestId('program'), 'WithTransient')
    await reload(page)
    const tab = page.getByRole('tab', { name: 'Go', exact: true })
    await eventually(() => tab.getAttribute('aria-selected')).toBe('true')
    expect(new URL(page.url()).hash).toBe('#/connect')
  })
})
