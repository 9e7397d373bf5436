/**
 * Makes every icon of the installers from icon.svg: `node build/icons/make.mjs`. Needs a Chromium, which draws the SVG
 * (SLIPWAY_CHROMIUM, or /usr/bin/chromium). What it makes is committed, so that building an installer needs none.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IconIcns, IconIco } from '@shockpkg/icon-encoder'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
const svg = readFileSync(join(here, 'icon.svg'), 'utf8')

/** Sizes of the freedesktop icon theme, in pixels. */
const LINUX = [16, 24, 32, 48, 64, 128, 256, 512]
const WINDOWS = [16, 24, 32, 48, 64, 128, 256]
/** Apple's types by size, current formats. */
const MAC = {
  16: ['ic04'],
  32: ['ic05', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}
/** Apple's grid leaves room around an icon for its shadow: 824 of 1024. */
const MAC_SCALE = 824 / 1024

const browser = await chromium.launch({
  executablePath: process.env['SLIPWAY_CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const page = await browser.newPage()
  mkdirSync(join(here, 'png'), { recursive: true })
  for (const size of LINUX) writeFileSync(join(here, 'png', `${size}x${size}.png`), await draw(page, size))

  const ico = new IconIco()
  for (const size of WINDOWS.toReversed()) await ico.addFromPng(await draw(page, size))
  writeFileSync(join(here, 'icon.ico'), ico.encode())

  const icns = new IconIcns()
  icns.toc = true
  for (const [size, types] of Object.entries(MAC))
    await icns.addFromPng(await draw(page, Number(size), MAC_SCALE), types)
  writeFileSync(join(here, 'icon.icns'), icns.encode())
} finally {
  await browser.close()
}

/**
 * The icon as a PNG, `size` pixels square.
 * @param {import('playwright-core').Page} page
 * @param {number} size
 */
async function draw(page, size, scale = 1) {
  await page.setViewportSize({ width: size, height: size })
  const drawn = size * scale
  await page.setContent(
    `<style>html, body { margin: 0; background: none } svg { position: fixed; inset: ${(size - drawn) / 2}px; width: ${drawn}px; height: ${drawn}px }</style>${svg}`,
  )
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } })
}
