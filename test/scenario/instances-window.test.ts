// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'
import { needs } from '../support/require.ts'
import { card, goTo, openWindow, registrationIs, says, shownCommand } from '../support/window.ts'
import { startByHand } from './author.ts'
import { ORGANISATIONS } from './two-organisations.ts'

const { describe, test } = needs('chromium')

describe('a chaincode of several processes in the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const organisations = `peer: { organisations: [${ORGANISATIONS.join(', ')}] }\n`
  const instances = (page: Page) => card(page, 'Organisations')
  const rowOf = (page: Page, mspId: string) => instances(page).getByRole('row').filter({ hasText: mspId })

  async function open(name: FixtureName, yaml: string, readiness: Readiness = 'installed') {
    const folder = await fixture(name, readiness)
    await writeFile(join(folder, 'slipway.yaml'), yaml)
    return { folder, page: await openWindow(browser, folder) }
  }

  /** Start what the window shows there, as its author would. */
  async function startShown(folder: string, place: Page | Locator) {
    return startByHand({ folder, text: await shownCommand(place) })
  }

  test('each organisation’s process is listed with its memory, and its lines in the log are marked', async () => {
    const policy = `endorsementPolicy: "AND('Org1MSP.peer', 'Org2MSP.peer')"\n`
    const { page } = await open('misbehaving', `${policy}${organisations}`)
    await registrationIs(page, 'ready')
    await goTo(page, 'Call')
    await page.getByLabel('Function', { exact: true }).fill('printLines')
    await page.getByRole('button', { name: 'Add argument' }).press('Enter')
    await page.getByLabel('Argument 1', { exact: true }).fill('1')
    await page.keyboard.press('Control+Enter')
    await says(page.getByTestId('call-status'), 'VALID · 200')

    await goTo(page, 'Run')
    const processes = new Set<string | null>()
    for (const mspId of ORGANISATIONS) {
      const cells = rowOf(page, mspId).getByRole('cell')
      await says(cells.nth(1), /^process \d+$/)
      // It is measured a moment after the start.
      await says(cells.nth(2), /^\d[\d.]* MB$/)
      await says(cells.nth(3), 'ready')
      processes.add(await cells.nth(1).textContent())
    }
    expect(processes.size).toBe(2)

    await goTo(page, 'Logs')
    const printed = page.getByRole('log', { name: 'Log' }).locator('.line').filter({ hasText: 'line 0 of 1' })
    await says(printed, /Org2MSP\s*line 0 of 1/)
    await says(printed, /chaincode\s*line 0 of 1/)
    expect(await printed.count()).toBe(2)
  })

  test('one process that its author started serves all organisations, which is said until each has its own', async () => {
    const { folder, page } = await open('two-orgs-typescript', `startedBy: you\n${organisations}`, 'built')
    await registrationIs(page, 'waiting')
    await startShown(folder, page)
    await registrationIs(page, 'ready')
    const note = instances(page).getByRole('note')
    await says(note, /Org2MSP has no process of its own[^]*serves all[^]*GetMSPID answers Org1MSP/)

    await note.getByText('Start one for Org2MSP').click()
    const second = await startShown(folder, note)
    await says(rowOf(page, 'Org2MSP'), /process \d+[^]*ready/)
    await note.waitFor({ state: 'detached' })
    second.kill()
    await says(note, 'serves all')
  })

  test('one server that its author started serves all, which is said with what gives each its own', async () => {
    const [own, other] = [await freeAddress(), await freeAddress()]
    const yaml = `startedBy: you\nserver: ${own}\n${organisations}`
    const { folder, page } = await open('javascript-server', yaml)
    await registrationIs(page, 'dialling')
    await startShown(folder, page)
    await registrationIs(page, 'ready')
    const note = instances(page).getByRole('note')
    await says(note, /Org2MSP has no server of its own[^]*GetMSPID answers Org1MSP[^]*servers: \{ Org2MSP:/)

    await writeFile(join(folder, 'slipway.yaml'), `${yaml}servers: { Org2MSP: '${other}' }\n`)
    await note.getByText('Start one for Org2MSP').click()
    expect(await note.getByText('servers:').count()).toBe(0)
    await startShown(folder, note)
    await says(rowOf(page, 'Org2MSP'), 'ready')
    await note.waitFor({ state: 'detached' })
  })

  test('a second process of its name asks to take over: it is turned away, or gets all calls', async () => {
    const { folder, page } = await open('misbehaving', 'startedBy: you\n')
    await registrationIs(page, 'waiting')
    const command = await shownCommand(page)
    startByHand({ folder, text: command })
    await registrationIs(page, 'ready')
    const pidOfServing = async () =>
      (JSON.parse((await slipway('evaluate', folder, 'pid')).stdout) as CallResult).payload
    const first = await pidOfServing()

    const asked = card(page, 'A second process wants to take over')
    /** A further process registers; its pid, as the window tells it. */
    const further = async () => {
      const terminal = startByHand({ folder, text: command })
      await goTo(page, 'Run')
      await says(asked.getByRole('alert'), /Process \d+[^]*index\.js[^]*misbehaving/)
      const pid = /Process (\d+)/.exec((await asked.textContent()) ?? '')?.[1]
      return { terminal, pid }
    }
    const refused = await further()
    expect(refused.pid).not.toBe(first)
    await asked.getByRole('button', { name: 'Turn it away' }).click()
    await asked.waitFor({ state: 'detached' })
    expect(await pidOfServing()).toBe(first)
    refused.terminal.kill()

    const accepted = await further()
    await asked.getByRole('button', { name: 'Let it take over' }).click()
    await asked.waitFor({ state: 'detached' })
    await registrationIs(page, 'ready')
    expect(await pidOfServing()).toBe(accepted.pid)
  })
})
