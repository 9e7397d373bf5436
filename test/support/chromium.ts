import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

/** The Chromium to test with: SLIPWAY_CHROMIUM, the system's, or the one Playwright downloaded; undefined if none exists. */
export function chromiumPath(): string | undefined {
  const named = process.env.SLIPWAY_CHROMIUM
  const places = named === undefined ? ['/usr/bin/chromium', chromium.executablePath()] : [named]
  return places.find((path) => existsSync(path))
}

/** A headless Chromium that talks to no one but the page it is sent to. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error('No Chromium found; SLIPWAY_CHROMIUM names one.')
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
