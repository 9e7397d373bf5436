// @module-tag slow
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const captured = (name: string) => join(import.meta.dirname, '../conformance/causes', `${name}.txt`)

test('explain prints the cause of a file as JSON', async () => {
  const { code, stdout } = await slipway('explain', captured('go-panic-repanic'), '--folder', '/cc')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    message: 'panic: wrapped: inner',
    file: 'main.go',
    line: 26,
    kind: 'thrown',
  })
})

test('explain reads what PowerShell wrote, and refuses a file that doesn’t exist or is empty', async () => {
  const folder = await tempFolder('explain')
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'out.txt')
  await writeFile(file, Buffer.from('\ufeffsrc/a.ts(1,19): error TS1109: Expression expected.\r\n', 'utf16le'))
  const { stdout } = await slipway('explain', file, '--folder', folder)
  expect(JSON.parse(stdout)).toMatchObject({ message: 'Expression expected.', file: 'src/a.ts', line: 1, column: 19 })
  await writeFile(file, '')
  expect((await slipway('explain', file)).code).toBe(2)
  expect((await slipway('explain', join(folder, 'none'))).code).toBe(2)
})

test('submit prints the output of a failed launch, its cause is in the JSON, and --quiet leaves the output out', async () => {
  const folder = await fixture('javascript-contract')
  await writeFile(join(folder, 'index.js'), "console.log('reading the config')\nthrow new Error('no config')\n")
  const loud = await slipway('submit', folder, 'Put', 'k', 'v')
  expect(loud.code).toBe(3)
  const { error } = JSON.parse(loud.stdout) as { error: { output: string[]; cause: unknown } }
  expect(error.cause).toMatchObject({ message: 'Error: no config', file: 'index.js', line: 2, kind: 'thrown' })
  expect(error.output).toContain('reading the config')
  expect(loud.stderr).toContain('| reading the config')
  const quiet = await slipway('submit', folder, 'Put', 'k', 'v', '--quiet')
  expect(quiet.stderr).not.toContain('| reading the config')
  expect(quiet.stderr).toContain('index.js:2')
})
