import { createServer } from 'node:http'
import { once } from 'node:events'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway, startSlipway, type Started } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { openFunction, registrationIs, says, typeAndSend } from '../support/window.ts'

const { describe, test } = needs('chromium')

interface Served extends Started {
  address: string
}

/** Slipway's browser door on a folder. */
async function serve(...args: string[]): Promise<Served> {
  const served = startSlipway(['serve', '--no-open', ...args])
  await served.says(/"address":/)
  const { address } = JSON.parse(served.stdout()) as { address: string }
  return Object.assign(served, { address })
}

async function end({ child, ended }: Served, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await ended
}

describe('a window whose Slipway is restarted', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function newPage(): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    context.setDefaultTimeout(60_000)
    onTestFinished(() => context.close())
    return context.newPage()
  }

  const banner = (page: Page, trouble: string) => page.locator(`[data-trouble=${trouble}]`)

  test('says that it was stopped, greys what it shows, and goes on by itself, also after a crash', async () => {
    const folder = await fixture('asset-transfer-typescript', 'built')
    const first = await serve(folder)
    const page = await newPage()
    await page.goto(first.address)
    await registrationIs(page, 'ready')
    const { origin } = new URL(first.address)

    await end(first, 'SIGTERM')
    await banner(page, 'stopped').waitFor()
    await registrationIs(page, 'unknown')
    await expect.poll(() => page.getByRole('heading', { name: /Registration/ }).evaluate(isGrey)).toBe(true)

    const second = await serve(folder)
    expect(new URL(second.address).origin).toBe(origin)
    await registrationIs(page, 'ready')
    await banner(page, 'stopped').waitFor({ state: 'detached' })
    await openFunction(page, 'CreateAsset')
    await typeAndSend(page, 'asset1', 'teal', '7', 'Ada', '90')
    await says(page.getByTestId('call-status'), 'VALID · 200')

    await end(second, 'SIGKILL')
    await banner(page, 'away').waitFor()
    // A reload while it is away finds nothing; the address is still good once it is back.
    const third = await serve(folder)
    await page.goto(`${origin}/`)
    await registrationIs(page, 'ready')
    await end(third, 'SIGTERM')
  })

  test('neither lets in nor trusts anybody else', async () => {
    const folder = await fixture('javascript-shim')
    const first = await serve(folder)
    const page = await newPage()
    await page.goto(first.address)
    await registrationIs(page, 'ready')
    const file = join(folder, '.slipway', 'door.json')
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
    const before = JSON.parse(await readFile(file, 'utf8')) as { port: number; secret: string }
    await end(first, 'SIGTERM')

    // Another program takes the port: it hears no secret of ours, and the window says so.
    const heard: string[] = []
    const stranger = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        heard.push(`${request.url ?? ''} ${body}`)
        response.setHeader('Content-Type', 'application/json')
        response.end(JSON.stringify({ proof: 'x', challenge: 'y', page: 'z' }))
      })
    })
    stranger.listen(before.port, '127.0.0.1')
    await once(stranger, 'listening')
    await banner(page, 'stranger').waitFor()
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.every((text) => text.startsWith('/session/challenge'))).toBe(true)
    expect(heard.join(' ')).not.toContain(before.secret)
    stranger.closeAllConnections()
    await new Promise((settle) => stranger.close(settle))

    // Readable by others, its secret is worth nothing: the window needs a new address.
    if (process.platform !== 'win32') await chmod(file, 0o644)
    else await rm(file)
    const second = await serve('--port', String(before.port), folder)
    await banner(page, 'refused').waitFor()
    await says(banner(page, 'refused'), 'slipway open')

    const tab = await page.context().newPage()
    const used = await tab.goto(first.address)
    expect(used?.status()).toBe(403)
    await tab.getByRole('heading', { level: 1 }).waitFor()
    await tab.getByText('slipway open').waitFor()

    // As the page says. The tab that waits shares the new admission.
    const { code, stdout } = await slipway('open', folder)
    expect(code).toBe(0)
    await tab.goto((JSON.parse(stdout) as { address: string }).address)
    await registrationIs(tab, 'ready')
    await registrationIs(page, 'ready')
    await end(second, 'SIGTERM')
    const after = JSON.parse(await readFile(file, 'utf8')) as { secret: string }
    expect(after.secret).not.toBe(before.secret)
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('takes another port where its own is taken, and replaces a file that is damaged', async () => {
    const folder = await fixture('javascript-shim')
    const first = await serve(folder)
    const port = Number(new URL(first.address).port)
    const page = await newPage()
    await page.goto(first.address)
    await registrationIs(page, 'ready')
    await end(first, 'SIGTERM')
    const taker = createServer().listen(port, '127.0.0.1')
    await once(taker, 'listening')
    const second = await serve(folder)
    expect(Number(new URL(second.address).port)).not.toBe(port)
    taker.closeAllConnections()
    await new Promise((settle) => taker.close(settle))
    await end(second, 'SIGTERM')
    await writeFile(join(folder, '.slipway', 'door.json'), '{"port":')
    const third = await serve(folder)
    await end(third, 'SIGTERM')
  })
})

function isGrey(element: Element): boolean {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    if (getComputedStyle(at).filter.includes('grayscale(1)')) return true
  }
  return false
}
