/**
 * `npm run pictures`: makes README's pictures, in build/readme/, from a real peer with the bundled sample: each screen in
 * light and dark, at twice the size. Needs a Chromium (SLIPWAY_CHROMIUM, or /usr/bin/chromium). They are committed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { root } from './freshness.mjs'
import { build, install, requireNode } from './prepare.mjs'

const SIZE = { width: 1440, height: 900 }
const TO = join(root, 'build/readme')
const SAMPLE = join(root, 'examples/asset-transfer-typescript')

requireNode()
install()
build()

// Its path is in the pictures, so it is the same on every machine that has a /tmp.
const place = join(tmpdir(), 'slipway-pictures')
rmSync(place, { recursive: true, force: true })
const folder = join(place, 'asset-transfer')
const passed = new Set(['node_modules', 'dist', '.slipway'])
cpSync(SAMPLE, folder, { recursive: true, filter: (path) => !passed.has(path.slice(SAMPLE.length + 1)) })
// Ports that are seldom taken: one that was moved would be seen.
writeFileSync(
  join(folder, 'slipway.yaml'),
  `peer:
  chaincodeListenAddress: 127.0.0.1:17052
  listenAddress: 127.0.0.1:17051
  ordererListenAddress: 127.0.0.1:17050
`,
)
const env = { ...process.env, SLIPWAY_SETTINGS: join(place, 'settings') }
const cli = join(root, 'dist/cli.js')

const serving = spawn(process.execPath, [cli, 'serve', '--no-open', folder], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const browser = await chromium.launch({
  executablePath: process.env['SLIPWAY_CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const [line] = await once(createInterface(serving.stdout), 'line')
  const context = await browser.newContext({ viewport: SIZE, deviceScaleFactor: 2, reducedMotion: 'reduce' })
  context.setDefaultTimeout(180_000)
  const page = await context.newPage()
  await page.goto(JSON.parse(line).address)
  await page.getByTestId('registration').getByText('ready', { exact: true }).waitFor()
  work()
  mkdirSync(TO, { recursive: true })
  await run(page)
  await call(page)
  await blocks(page)
  await replay(page)
} finally {
  await browser.close()
  const ended = once(serving, 'exit')
  serving.kill('SIGTERM')
  await ended
  rmSync(place, { recursive: true, force: true })
}

/** What the author has done before the pictures are taken. */
function work() {
  slipway('identity', 'issue', folder, 'alice', '--attr', 'role=trader')
  slipway('submit', folder, 'InitLedger')
  slipway('submit', folder, 'CreateAsset', 'asset4', 'yellow', '10', 'Max', '600')
  slipway('submit', folder, 'TransferAsset', 'asset1', 'Brad', '--as', 'alice')
  slipway('submit', folder, 'UpdateAsset', 'asset2', 'red', '7', '450')
  slipway('submit', folder, 'TransferAsset', 'asset3', 'Tomoko', '--as', 'alice')
}

/**
 * The Run screen after a save.
 * @param {import('playwright-core').Page} page
 */
async function run(page) {
  const source = join(folder, 'src/asset-transfer.ts')
  writeFileSync(source, readFileSync(source, 'utf8').replace('goes from', 'passes from'))
  await page.locator('body', { hasText: /build 2, after saving[^]*ready in/ }).waitFor()
  slipway('submit', folder, 'TransferAsset', 'asset4', 'Ada')
  await show(page, 'Run')
  await picture(page, 'run')
}

/**
 * A call with its answer, its writes and its event.
 * @param {import('playwright-core').Page} page
 */
async function call(page) {
  await show(page, 'Call')
  await page.getByRole('button', { name: 'TransferAsset', exact: true }).click()
  const fields = page.locator('form:has(button[type=submit]) input.input')
  await fields.nth(0).fill('asset1')
  await fields.nth(1).fill('Grace')
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('call-status').getByText('VALID').waitFor()
  await page.getByRole('tab', { name: /Read/ }).click()
  await picture(page, 'call')
}

/**
 * The chain, with one transaction open.
 * @param {import('playwright-core').Page} page
 */
async function blocks(page) {
  await show(page, 'Blocks')
  const rows = page.getByRole('listbox', { name: 'Blocks' }).getByRole('option')
  await rows.filter({ hasText: 'TransferAsset' }).first().click()
  await page.getByText('Endorsed by').first().waitFor()
  await picture(page, 'blocks')
}

/**
 * Pinned calls, after a save that changed an event.
 * @param {import('playwright-core').Page} page
 */
async function replay(page) {
  await show(page, 'Call')
  for (const [name = '', ...args] of [
    ['CreateAsset', 'asset5', 'violet', '8', 'Ada', '700'],
    ['TransferAsset', 'asset5', 'Grace'],
    ['ReadAsset', 'asset5'],
    ['GetAssetsByOwner', 'Grace'],
    ['CreateAsset', 'asset5', 'black', '1', 'Max', '10'],
  ]) {
    // One that only reads says so behind its name.
    await page.getByRole('button', { name: new RegExp(`^${name}\\b`) }).click()
    const fields = page.locator('form:has(button[type=submit]) input.input')
    for (const [i, arg] of args.entries()) await fields.nth(i).fill(arg)
    await page.keyboard.press('Control+Enter')
    // Until its own answer is there, that of the call before is shown.
    const shown = page.locator('button.recent[aria-pressed="true"]', { hasText: name })
    await shown.filter({ hasText: args[0] ?? '' }).waitFor()
    await page.getByRole('button', { name: 'Pin', exact: true }).click()
    await page.getByRole('button', { name: 'Unpin', exact: true }).waitFor()
  }
  await show(page, 'Replay')
  await page.getByTestId('replay').getByText('5 of 5 calls passed').waitFor()
  const source = join(folder, 'src/asset-transfer.ts')
  const before = readFileSync(source, 'utf8')
  writeFileSync(
    source,
    before.replace('{ id, from: asset.owner, to', '{ id, color: asset.color, from: asset.owner, to'),
  )
  await page.getByTestId('replay').getByText('changed since build').waitFor()
  await page.getByRole('listbox', { name: 'Calls replayed' }).getByRole('option').nth(1).click()
  await page.getByRole('region', { name: 'What the call came to' }).waitFor()
  await picture(page, 'replay')
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} screen
 */
async function show(page, screen) {
  await page.getByRole('button', { name: screen, exact: true }).click()
}

/**
 * The screen in both themes.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function picture(page, name) {
  // Neither a focus ring nor something under the mouse belongs in a picture.
  await page.mouse.move(0, 0)
  await page.locator(':focus').evaluateAll((focused) => focused.forEach((element) => element.blur()))
  // What a call printed, and the numbers that follow it, come within this time.
  await page.waitForTimeout(1_500)
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const path = join(TO, `${name}-${colorScheme}.png`)
    await page.screenshot({ path })
    console.error(path)
  }
}

/** @param {string[]} args */
function slipway(...args) {
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`slipway ${args.join(' ')}: ${stdout}`)
}
