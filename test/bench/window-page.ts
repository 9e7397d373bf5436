import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { endOf } from './processes.ts'
import type { Scope } from './scope.ts'

const slipway = fileURLToPath(new URL('../../main/slipway.mjs', import.meta.url))
const WAIT_MS = 120_000

/** Why this machine has no window to measure; undefined if it has Chromium. */
export function withoutChromium(): string | undefined {
  return chromiumPath() === undefined ? 'Chromium is not installed' : undefined
}

export async function browserIn(scope: Scope): Promise<Browser> {
  const browser = await launchChromium()
  scope.defer(() => browser.close())
  return browser
}

/** The window on a folder, as `slipway serve` has it, with its chaincode ready. */
export async function windowOf(scope: Scope, browser: Browser, folder: string): Promise<Page> {
  const settings = await scope.folder('settings')
  const served = spawn('node', [slipway, 'serve', '--no-open', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, SLIPWAY_SETTINGS: settings },
  })
  scope.defer(() => endOf(served, 'SIGTERM'))
  const [line] = (await Promise.race([
    once(createInterface(served.stdout), 'line'),
    once(served, 'exit').then(() => Promise.reject(new Error('slipway serve has ended'))),
  ])) as [string]
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  context.setDefaultTimeout(WAIT_MS)
  scope.defer(() => context.close())
  const page = await context.newPage()
  await page.goto((JSON.parse(line) as { address: string }).address)
  await page.getByTestId('registration').getByText('ready', { exact: true }).waitFor()
  return page
}

/** To a page of the window, by its name in the rail. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
}
