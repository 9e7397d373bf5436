// @module-tag slow
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { goTo, openWindow, registrationIs, says } from '../support/window.ts'

const { describe, test } = needs('chromium')

const SOURCE = 'src/asset-transfer.ts'
/** It tells why, as authors do; the shims tell nobody but the message. */
const PRINTS = `if (bytes.length === 0) {
      const missing = new Error(\`Asset \${id} does not exist\`)
      console.error(missing)
      throw missing
    }`
const ANSWERS = `if (id.startsWith('answer')) throw new Error(new Error(\`Asset \${id} is refused\`).stack)`
const REFUSES = `\nfunction refuse(): void {\n  throw new Error('nobody catches this')\n}\nrefuse()\n`

/** The TypeScript sample, with functions that throw, and where. */
async function throwing(): Promise<{ folder: string; lineIn: (text: string) => number }> {
  const folder = await fixture('asset-transfer-typescript')
  const file = join(folder, SOURCE)
  const before = 'if (bytes.length === 0) throw new Error(`Asset ${id} does not exist`)'
  const source = await readFile(file, 'utf8')
  expect(source).toContain(before)
  const changed = source.replace(before, `${ANSWERS}\n    ${PRINTS}`)
  await writeFile(file, changed)
  return { folder, lineIn: (text) => lineOf(text, changed) }
}

function lineOf(text: string, source: string): number {
  return source.split('\n').findIndex((line) => line.includes(text)) + 1
}

/** An editor that notes what it is asked to open. Shell scripts are no programs on Windows. */
async function editor(): Promise<{ path: string; asked: () => Promise<string> }> {
  const folder = await tempFolder('editor')
  const note = join(folder, 'asked')
  await writeFile(note, '')
  await writeFile(join(folder, 'code'), `#!/bin/sh\necho "$*" >> '${note}'\n`)
  await chmod(join(folder, 'code'), 0o755)
  return {
    path: [folder, process.env['PATH'] ?? ''].join(delimiter),
    asked: () => readFile(note, 'utf8'),
  }
}

async function read(page: Page, id: string): Promise<void> {
  await goTo(page, 'Call')
  await page.getByRole('button', { name: /^ReadAsset/ }).click()
  await page.getByLabel('id', { exact: true }).fill(id)
  await page.getByRole('button', { name: /^Evaluate/ }).click()
}

if (process.platform !== 'win32') {
  describe('where TypeScript threw', () => {
    let browser: Browser

    beforeAll(async () => {
      buildDoors()
      browser = await launchChromium()
    })
    afterAll(() => browser.close())

    test('the command line says it', async () => {
      const { folder, lineIn } = await throwing()
      const { code, stdout, stderr } = await slipway('evaluate', folder, 'ReadAsset', 'answer1')
      const line = lineIn('is refused')
      const { cause } = JSON.parse(stdout) as { cause: object }
      expect([code, cause]).toMatchObject([1, { file: SOURCE, line, message: 'Error: Asset answer1 is refused' }])
      expect(stderr).toContain(`thrown at ${SOURCE}:${line}:`)
    })

    test('the window says it of a call, of what is printed and of what doesn’t start, and opens the editor there', async () => {
      const { folder, lineIn } = await throwing()
      const { path, asked } = await editor()
      const page = await openWindow(browser, folder, { env: { PATH: path } })
      await registrationIs(page, 'ready')

      await read(page, 'none')
      const thrown = `${SOURCE}:${lineIn('new Error(`Asset ${id} does not exist`)')}:`
      await page.getByTestId('thrown').getByRole('button', { name: thrown }).click()
      await eventually(asked).toContain(`--goto ${join(folder, thrown)}`)

      await goTo(page, 'Logs')
      const frame = page.getByRole('button', { name: `→ ${thrown}` })
      await says(frame.first(), /asset-transfer\.js:\d+:\d+ → /)
      await frame.first().click()
      await eventually(async () => (await asked()).split(`--goto ${join(folder, thrown)}`).length - 1).toBe(2)

      const file = join(folder, SOURCE)
      const refusing = (await readFile(file, 'utf8')) + REFUSES
      await writeFile(file, refusing)
      // Its button also counts what fails.
      await goTo(page, 'Run')
      const crashed = `${SOURCE}:${lineOf('nobody catches this', refusing)}:`
      await page.getByRole('alert').getByRole('button', { name: crashed }).first().click()
      await eventually(asked).toContain(`--goto ${join(folder, crashed)}`)
    })
  })
}
