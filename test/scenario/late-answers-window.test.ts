// @module-tag slow
import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { goTo, openWindow, registrationIs, reload, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

/** Answers that the page waits for, until they are let through. */
interface Held {
  /** From now on, answers to this command wait. */
  hold(command: string): void
  /** Until an answer to it waits. */
  waits(command: string): Promise<void>
  /** Let all through, and read the page once it has them. */
  release(): Promise<void>
}

/** The page reads its wire through this from its next load on. */
async function heldAnswers(page: Page): Promise<Held> {
  const commands = new Set<string>()
  /** By birpc's number of the request: the command. */
  const asked = new Map<string, string>()
  let waiting: { command: string; deliver: () => void }[] = []

  function connect(ws: WebSocketRoute): void {
    const server = ws.connectToServer()
    ws.onMessage((message) => {
      const { i, a } = JSON.parse(message.toString()) as { i?: string; a?: unknown[] }
      if (i !== undefined && typeof a?.[1] === 'string') asked.set(i, a[1])
      server.send(message)
    })
    server.onMessage((message) => {
      const { i, m } = JSON.parse(message.toString()) as { i?: string; m?: string }
      const command = m === undefined && i !== undefined ? asked.get(i) : undefined
      if (command !== undefined && commands.has(command)) waiting.push({ command, deliver: () => ws.send(message) })
      else ws.send(message)
    })
  }
  await page.routeWebSocket(() => true, connect)
  await reload(page)
  return {
    hold: (command) => void commands.add(command),
    waits: (command) => eventually(() => waiting.some((answer) => answer.command === command)).toBe(true),
    async release() {
      commands.clear()
      for (const { deliver } of waiting) deliver()
      waiting = []
      // The wire keeps its order: what is read now comes after them.
      await goTo(page, 'Identities')
      await says(page.getByRole('main'), 'User1')
    },
  }
}

describe('answers that come after their screen was left', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('cause no read of what is gone', async () => {
    const folder = await fixture('javascript-shim')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await slipway('submit', folder, 'put', 'asset1', 'first')
    const held = await heldAnswers(page)
    const asked = [
      'readCheckpoints',
      'findCall',
      'rewind',
      'readNamespaces',
      'readCollections',
      'readHistory',
      'readIdentities',
    ]
    for (const command of asked) held.hold(command)

    await goTo(page, 'Blocks')
    await page.getByRole('button', { name: 'Checkpoints' }).click()
    await held.waits('readCheckpoints')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('listbox', { name: 'Blocks' }).getByRole('option').first().click()
    await held.waits('findCall')
    await page.getByRole('listbox', { name: 'Blocks' }).getByRole('option').nth(1).click()
    await page.getByRole('button', { name: 'Rewind to here' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rewind', exact: true }).click()
    await held.waits('rewind')
    await goTo(page, 'State')
    await slipway('submit', folder, 'put', 'asset2', 'second')
    await page.getByRole('listbox').getByRole('option').first().click()
    await held.waits('readHistory')
    await held.waits('readCollections')
    await goTo(page, 'Call')
    await held.waits('readIdentities')
    await goTo(page, 'Logs')
    // What the screens that were left derived would be derived again, if it were read.
    await slipway('submit', folder, 'put', 'asset3', 'third')
    await eventually(() => page.getByTestId('height').innerText()).toBe('4')
    await held.release()
  })
})
