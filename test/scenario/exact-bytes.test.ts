// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { openFunction, openWindow, registrationIs } from '../support/window.ts'

/** JSON as an author may type it: numbers of any length, any order of keys, white space, escapes. */
const digits = fc.string({
  unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
  minLength: 1,
  maxLength: 30,
})
const whole = digits.map((text) => text.replace(/^0+(?=\d)/, ''))
const number = fc
  .tuple(fc.constantFrom('', '-'), whole, fc.option(digits), fc.option(fc.constantFrom('e5', 'E+400', 'e-7')))
  .map(
    ([sign, integer, fraction, exponent]) =>
      `${sign}${integer}${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`,
  )
const character = fc.constantFrom(
  'a',
  'é',
  '\\u00e9',
  '\\"',
  '\\\\',
  '\\/',
  '\\n',
  '€',
  '\\ud83d\\ude00',
  '😀',
  ' ',
  '{',
  ',',
)
const string = fc.array(character, { maxLength: 8 }).map((characters) => `"${characters.join('')}"`)
const space = fc.constantFrom('', '', ' ', '\n', '\t', '  ')
const json = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(number, string, fc.constantFrom('true', 'null'), tie('object'), tie('array')),
  array: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 3 })
    .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(space, string, space, tie('value'), space), { maxLength: 3 })
    .map((fields) => `{${fields.map(([a, key, b, value, c]) => `${a}${key}${b}:${b}${value}${c}`).join(',')}}`),
}))

/** As Go's contract API describes a struct: without a type (contractapi, metadata/schema.go). */
const METADATA = {
  contracts: {
    Keeper: {
      name: 'Keeper',
      transactions: [
        {
          name: 'Keep',
          tag: ['submit'],
          parameters: [
            { name: 'key', schema: { type: 'string' } },
            { name: 'document', schema: { $ref: '#/components/schemas/Document' } },
          ],
        },
      ],
    },
  },
  components: { schemas: { Document: { $id: 'Document', properties: {}, additionalProperties: true } } },
}

/** Stores and answers the bytes that it is given. */
const KEEPER = `const shim = require('fabric-shim')
shim.start({
  Init: async () => shim.success(),
  async Invoke(stub) {
    const [fn, key, value] = stub.getArgs()
    if (fn === 'Keep') await stub.putState(key, Buffer.from(value))
    if (fn === 'Keep') return shim.success(Buffer.from(value))
    if (fn === 'Get') return shim.success(Buffer.from(await stub.getState(key)))
    return shim.success(Buffer.from(${JSON.stringify(JSON.stringify(METADATA))}))
  },
})
`

async function chaincodeThatKeepsBytes(): Promise<string> {
  const folder = await fixture('javascript-shim')
  await writeFile(join(folder, 'probe.js'), KEEPER)
  return folder
}

const { describe, test } = needs('chromium')

describe('what is typed is what is stored and what is shown', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  const response = (page: Page) => page.getByTestId('response')

  test('in a JSON field: numbers of any length, the order of keys, white space, escapes', async () => {
    const folder = await chaincodeThatKeepsBytes()
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    await openFunction(page, 'Keep')
    let calls = 0
    const isKept = async (text: string) => {
      const key = `k${(calls += 1)}`
      await page.getByLabel('key', { exact: true }).fill(key)
      await page.getByLabel('document', { exact: true }).fill(text)
      await page.keyboard.press('Control+Enter')
      const stored = async () => {
        const { stdout } = await slipway('evaluate', folder, 'Get', key)
        return (JSON.parse(stdout) as { payload?: string }).payload
      }
      await eventually(stored).toBe(text)
      const lines = async () => (await response(page).locator('pre .line').allTextContents()).join('\n')
      await eventually(async () => spaceless(await lines())).toBe(spaceless(text))
      const formatted = await lines()
      if (formatted === text) return
      await response(page).getByRole('button', { name: 'Show as written' }).click()
      await eventually(lines).toBe(text)
      await response(page).getByRole('button', { name: 'Format' }).click()
    }
    await isKept('{"id":9007199254740993,"price":1.10}')
    await fc.assert(fc.asyncProperty(json.object, isKept), { numRuns: 8, endOnFailure: true })
  })
})

/** Without the white space outside of strings. */
function spaceless(text: string): string {
  return text.replace(/("(?:\\.|[^"\\])*")|\s+/g, '$1')
}
