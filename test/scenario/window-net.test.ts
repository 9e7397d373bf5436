import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { testEngine } from '../support/docker-engine.ts'
import { fixture } from '../support/fixtures.ts'
import { containersOf } from '../support/net-mode.ts'
import { removePeerImages } from '../support/peer-images.ts'
import { needs } from '../support/require.ts'
import { card, choose, goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const run = promisify(execFile)
/** Of an image whose dependencies are not there yet. */
const BUILD_MS = 150_000

/** Net mode as an author sees it: a real peer, a real engine, a real browser. */
needs('chromium').describe('the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const mode = (page: Page, name: string) =>
    page.getByRole('radiogroup', { name: 'Mode' }).getByRole('radio', { name, exact: true })
  const response = (page: Page, text: string) => says(page.getByTestId('response'), text)

  needs('chromium', 'docker').test(
    'a chaincode is moved into a container and back; its steps, output, shell and end are seen',
    async () => {
      await baseImages(['nodeenv'])
      const folder = await fixture('javascript-contract')
      await sayOnStderr(folder)
      const dataDir = join(folder, '.slipway')
      onTestFinished(() => removePeerImages(dataDir))
      const page = await openWindow(browser, folder)
      await registrationIs(page, 'ready')
      await page.getByRole('button', { name: 'Docker: not needed' }).waitFor()
      await openFunction(page, 'Put')
      await typeAndSend(page, 'k', 'made in dev mode')
      await says(page.getByTestId('call-status'), 'VALID · 200')
      await goTo(page, 'Run')

      await mode(page, 'dev').focus()
      await page.keyboard.press('ArrowRight')
      await page.getByText('dev keeps serving while net is built and started', { exact: true }).first().waitFor()
      expect(await mode(page, 'dev').getAttribute('aria-checked')).toBe('true')
      await page.getByTestId('container-state').getByText('running').waitFor({ timeout: BUILD_MS })
      await says(page.getByTestId('launch-outcome'), 'ready in')
      await registrationIs(page, 'ready')
      expect(await mode(page, 'net').getAttribute('aria-checked')).toBe('true')
      await page.getByRole('button', { name: /^Docker: [^n]/ }).waitFor()
      expect(await stepsOf(page)).toEqual([
        ['Package', 'done'],
        ['Already running?', 'done'],
        ['Deployment spec', 'done'],
        ['Dependencies', expect.stringMatching(/^(done|not needed)$/)],
        ['Image', 'done'],
        ['Create the container', 'done'],
        ['Attach to its output', 'done'],
        ['Start the container', 'done'],
        ['Registered', 'done'],
        ['Ready', 'done'],
      ])
      const [name = ''] = await containersOf(dataDir)
      await card(page, 'Container').getByText(name, { exact: true }).waitFor()
      await card(page, 'Container')
        .getByText(/^[\d.]+ [KM]B$/)
        .first()
        .waitFor()

      await openFunction(page, 'Get')
      await typeAndSend(page, 'k')
      await response(page, 'made in dev mode')
      await openFunction(page, 'Put')
      await typeAndSend(page, 'k2', 'made in net mode')
      await says(page.getByTestId('call-status'), 'VALID · 200')
      await page.getByRole('tab', { name: /Output/ }).click()
      await says(page.getByRole('tabpanel'), 'putting k2')
      await goTo(page, 'Logs')
      await page.getByRole('radiogroup', { name: 'Stream' }).getByRole('radio', { name: 'err' }).click()
      const log = page.getByRole('log', { name: 'Log' })
      await says(log, 'k2 is on its way')
      await expect.poll(() => log.getByText('putting k2').count()).toBe(0)

      await goTo(page, 'Run')
      await page.keyboard.press('Control+Backquote')
      const terminal = page.getByTestId('terminal')
      await says(terminal, /[#$]/)
      await page.keyboard.type('echo $((6 * 7))s\n')
      await says(terminal, '42s')
      await page.keyboard.press('Control+Backquote')
      await terminal.waitFor({ state: 'detached' })
      await page.keyboard.press('Control+Backquote')
      await says(terminal, /[#$]/)
      await page.keyboard.type('exit\n')
      await page.getByText('ended with code 0').waitFor()
      await page.keyboard.press('Escape')
      await terminal.waitFor({ state: 'detached' })

      await run('docker', ['kill', name])
      await says(page.getByRole('alert'), /137|SIGKILL/)
      // It is started again at once, and how it ended stays to be read.
      const crash = page.getByRole('region', { name: /crashed/ })
      await says(crash, 'restarted')
      await says(crash, 'exit code 137')
      await crash.getByRole('group', { name: 'Output' }).getByText('k2 is on its way').waitFor()
      await registrationIs(page, 'ready')
      await crash.getByRole('button', { name: 'Dismiss' }).click()
      await crash.waitFor({ state: 'detached' })

      await choose(page, 'switch to dev')
      await card(page, 'Started by').waitFor()
      expect(await mode(page, 'dev').getAttribute('aria-checked')).toBe('true')
      await openFunction(page, 'Get')
      await typeAndSend(page, 'k2')
      await response(page, 'made in net mode')
      await expect.poll(() => containersOf(dataDir)).toEqual([])
    },
  )

  needs('chromium').test('without an engine the mode stays, and the card says how to fix it', async () => {
    const folder = await fixture('javascript-contract')
    const nowhere = `unix://${join(folder, 'nowhere.sock')}`
    const page = await openWindow(browser, folder, {
      viewport: { width: 900, height: 700 },
      env: { DOCKER_HOST: nowhere },
    })
    await registrationIs(page, 'ready')
    await choose(page, 'switch to net')
    const failed = card(page, /switch to net failed, dev still serves/)
    await says(failed.getByRole('alert'), nowhere)
    expect(await mode(page, 'dev').getAttribute('aria-checked')).toBe('true')
    await registrationIs(page, 'ready')
    await failed.getByRole('button', { name: 'Check Docker again' }).click()
    await page.getByRole('button', { name: 'Docker: not needed' }).press('Enter')
    await says(page.getByRole('dialog', { name: 'Docker engine' }), nowhere)
    await page.keyboard.press('Escape')
    // On the other screens it is told too, until it is put away.
    await goTo(page, 'Call')
    await card(page, /switch to net failed, still in dev/)
      .getByRole('button', { name: 'Dismiss' })
      .click()
    await card(page, /switch to net failed/).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(900)
  })

  needs('chromium', 'dockerd').test('an engine that goes and comes back is seen by itself', async () => {
    const engine = await testEngine()
    const page = await openWindow(browser, await fixture('javascript-contract'), { env: { DOCKER_HOST: engine.host } })
    await registrationIs(page, 'ready')
    await page.getByRole('button', { name: 'Docker: not needed' }).press('Enter')
    const told = page.getByRole('dialog', { name: 'Docker engine' })
    await says(told, /Docker\s*\d+\.\d+/)
    await says(told, 'DOCKER_HOST')
    await engine.stop()
    await says(told, /What[^]*Why[^]*Do/)
    await engine.start()
    await says(told, /Docker\s*\d+\.\d+/)
  })

  needs('chromium').test('a package for a real peer is made from the palette', async () => {
    const folder = await fixture('javascript-contract')
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await choose(page, 'package')
    const dialog = page.getByRole('dialog', { name: /^Package / })
    await dialog.getByLabel('Label').fill('mine_7')
    await page.keyboard.press('Enter')
    await says(dialog.getByTestId('package-id'), /^mine_7:[0-9a-f]{64}$/)
    await dialog.getByText(join(folder, 'mine_7.tar.gz')).waitFor()
    expect((await readFile(join(folder, 'mine_7.tar.gz'))).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  /** The lines of the launch timeline: their titles, and what has become of them. */
  async function stepsOf(page: Page): Promise<[string, string][]> {
    return page
      .getByRole('list', { name: 'Launch timeline' })
      .getByRole('listitem')
      .evaluateAll((rows) =>
        rows.map((row): [string, string] => [
          row.querySelector('.title > span')?.textContent ?? '',
          row.querySelector('.visually-hidden')?.textContent ?? '',
        ]),
      )
  }

  /** Let `Put` print on stderr too. */
  async function sayOnStderr(folder: string): Promise<void> {
    const file = join(folder, 'index.js')
    const source = await readFile(file, 'utf8')
    const added = 'console.error(`${key} is on its way`)'
    await writeFile(
      file,
      source.replace('async Put(ctx, key, value) {', (head) => `${head}\n    ${added}`),
    )
  }
})
