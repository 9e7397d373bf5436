// @module-tag slow
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { audit, auditZoomed, sizes } from '../renderer/accessibility/audit.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { goTo, openFunction, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

describe('the window of a running peer, for everybody', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  test('axe finds nothing on its screens, from the first call until the peer is gone', async () => {
    const served = startSlipway(['serve', '--no-open', await fixture('javascript-contract')])
    await served.says(/"address":/)
    const { address } = JSON.parse(served.stdout()) as { address: string }
    const context = await browser.newContext({ viewport: sizes.wide, reducedMotion: 'reduce' })
    context.setDefaultTimeout(60_000)
    await context.addInitScript({ content: axe.source })
    const page = await context.newPage()
    await page.goto(address)
    await registrationIs(page, 'ready')

    const seen: string[] = []
    async function look(state: string): Promise<void> {
      const found = [...(await audit(page)), ...(await auditZoomed(page))]
      await page.setViewportSize(sizes.wide)
      expect({ state, found }).toEqual({ state, found: [] })
      seen.push(state)
    }

    await look('Run, ready')
    await openFunction(page, 'Put')
    await look('Call, before a call')
    await typeAndSend(page, 'lighthouse', '{"shore":"north"}')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await look('Call, answered')
    await goTo(page, 'Replay')
    await look('Replay, with nothing to replay')
    await goTo(page, 'Call')
    await page.getByRole('main').focus()
    await page.keyboard.press('p')
    await page.getByRole('button', { name: 'Unpin' }).waitFor()
    await goTo(page, 'Replay')
    await says(page.getByTestId('replay'), '1 of 1 call passed')
    await look('Replay')
    await page.getByRole('listbox', { name: 'Calls replayed' }).getByRole('option').first().click()
    await look('Replay, with a row open')
    for (const screen of ['State', 'Blocks', 'Events', 'Identities', 'Logs']) {
      await goTo(page, screen)
      await look(screen)
      const row = page.getByRole('listbox').getByRole('option').first()
      if (screen === 'State' || screen === 'Blocks') {
        await row.click()
        await look(`${screen}, with a row open`)
      }
    }
    served.child.kill('SIGTERM')
    await page.getByRole('alert').filter({ hasText: 'Slipway was stopped' }).waitFor()
    await look('Logs, without the peer')
    console.log(`axe ${axe.version} found nothing on a real peer's window: ${seen.join('; ')}`)
    await context.close()
  })
})
