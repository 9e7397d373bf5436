// @module-tag slow
import { execFile } from 'node:child_process'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { containersOf } from '../support/net-mode.ts'
import { removePeerImages } from '../support/peer-images.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { card, openWindow, registrationIs, says } from '../support/window.ts'

const run = promisify(execFile)

/** npm takes the packages from the net in a container. */
const BUILD_MS = 150_000

/** Prints, and goes on until it is let go. */
const HELD = `
const { existsSync } = require('node:fs')
let line = 0
const timer = setInterval(() => {
  console.error('part ' + ++line)
  if (existsSync('../go-on')) clearInterval(timer)
}, 150)
`

/** What `go build` runs its tools through: the linker, which comes last, waits until it is let go. */
const HELD_LINKER = `
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
const [tool, ...args] = process.argv.slice(2)
const run = () => process.exit(spawnSync(tool, args, { stdio: 'inherit' }).status ?? 1)
if (!/link(\\.exe)?$/.test(tool) || args[0] === '-V=full') run()
setInterval(() => {
  if (existsSync(process.env.GO_ON)) run()
}, 50)
`

/** Enough lines that the step has taken long enough for an estimate of the next one. */
const LINES = /(?:[4-9]|\d\d+) lines.*part \d/s

needs('chromium').describe('a long step of a launch is seen at work', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const step = (page: Page, title: string) =>
    page.getByRole('list', { name: 'Launch timeline' }).getByRole('listitem').filter({ hasText: title })

  /** Nobody knows how long it takes: its bar has no end, and nothing is in red. */
  async function hasNoEnd(page: Page, title: string): Promise<void> {
    await step(page, title).locator('.bar i.open').waitFor()
    const launch = card(page, /Launch/)
    expect(await launch.locator('.fail, .failed, i.own.running').count()).toBe(0)
  }

  /** Its bar is as long as the step took the last time. */
  async function hasEstimate(page: Page, title: string): Promise<void> {
    await says(step(page, title).getByTestId('progress'), /about .* the last time/)
    await step(page, title).locator('.bar i.usual').waitFor()
    expect(await step(page, title).locator('.bar i.open').count()).toBe(0)
  }

  /** Then nothing says any more how far it is. */
  async function ends(page: Page): Promise<void> {
    await says(page.getByTestId('launch-outcome'), 'ready in')
    await registrationIs(page, 'ready')
    await eventually(() =>
      page
        .getByTestId('progress')
        .filter({ hasText: /lines?|the last time/ })
        .count(),
    ).toBe(0)
  }

  /** A copy whose npm script takes until `go-on` is beside the folder. */
  async function held(name: 'javascript-contract' | 'asset-transfer-typescript', before: string, after: string) {
    const folder = await fixture(name, name === 'javascript-contract' ? 'installed' : 'built')
    await writeFile(join(folder, 'held.cjs'), HELD)
    const description = join(folder, 'package.json')
    await writeFile(description, (await readFile(description, 'utf8')).replace(before, after))
    return { folder, goOn: join(folder, '..', 'go-on') }
  }

  needs('chromium').test('tsc: its lines, and the next time how long it took', async () => {
    const { folder, goOn } = await held('asset-transfer-typescript', '"tsc"', '"node held.cjs && tsc"')
    const page = await openWindow(browser, folder)
    await says(page.getByTestId('progress'), LINES)
    await hasNoEnd(page, 'Build')
    await writeFile(goOn, '')
    await ends(page)

    await rm(goOn)
    await appendFile(join(folder, 'src', 'asset-transfer.ts'), '\n// again\n')
    await hasEstimate(page, 'Build')
    await writeFile(goOn, '')
    await ends(page)
  })

  needs('chromium').test('npm: what its scripts print, and the next time how long it took', async () => {
    const { folder, goOn } = await held('javascript-contract', '"start"', '"preinstall": "node held.cjs", "start"')
    /** As npm leaves it where nothing was installed yet. */
    const forget = () => rm(join(folder, 'node_modules', '.package-lock.json'))
    await forget()
    const page = await openWindow(browser, folder)
    await says(page.getByTestId('progress'), LINES)
    await hasNoEnd(page, 'Install dependencies')
    await writeFile(goOn, '')
    await ends(page)

    await rm(goOn)
    await forget()
    await appendFile(join(folder, 'index.js'), '\n// again\n')
    await hasEstimate(page, 'Install dependencies')
    await writeFile(goOn, '')
    await ends(page)
  })

  needs('chromium', 'go').test('go build: the packages that it compiles', async () => {
    const folder = await fixture('go-shim-v2')
    const own = await tempFolder('held')
    await writeFile(join(own, 'link.mjs'), HELD_LINKER)
    const env = { GOFLAGS: `"-toolexec=node ${join(own, 'link.mjs')}"`, GO_ON: join(own, 'go-on') }
    const page = await openWindow(browser, folder, { env })
    await says(page.getByTestId('progress'), /\d+ lines? /)
    await hasNoEnd(page, 'Build')
    await writeFile(env.GO_ON, '')
    await ends(page)
  })

  needs('chromium', 'docker').test('an image: what is printed in it, and the next time how long it took', async () => {
    await baseImages(['nodeenv'])
    const { folder } = await held('javascript-contract', '"start"', '"preinstall": "node held.cjs", "start"')
    await writeFile(join(folder, 'slipway.yaml'), 'mode: net\n')
    const dataDir = join(folder, '.slipway')
    onTestFinished(() => removePeerImages(dataDir))
    /** The container in which npm runs ends with the step. */
    const letGo = async () => {
      const [builder = ''] = (await containersOf(dataDir)).filter((name) => name.includes('-build-'))
      await run('docker', ['exec', builder, 'touch', '/chaincode/go-on'])
    }
    const page = await openWindow(browser, folder)
    page.setDefaultTimeout(BUILD_MS)
    await says(page.getByTestId('progress'), LINES)
    await hasNoEnd(page, 'Image')
    await letGo()
    await ends(page)

    await appendFile(join(folder, 'index.js'), '\n// again\n')
    await hasEstimate(page, 'Image')
    await says(step(page, 'Image').getByTestId('progress'), LINES)
    await letGo()
    await ends(page)
  })
})
