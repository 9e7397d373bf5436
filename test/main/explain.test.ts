// @module-tag slow
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ErrorDocument } from '../../main/cli/terminal/documents.ts'
import { buildDoors, slipway, slipwayReading } from '../support/command-line.ts'
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

test('explain reads stdin, whether it is named or not, and refuses an empty one', async () => {
  const printed = await readFile(captured('node-syntax'))
  const fromFile = await slipway('explain', captured('node-syntax'), '--folder', '/cc')
  expect(JSON.parse(fromFile.stdout)).toMatchObject({ kind: 'syntax' })
  for (const stdin of [[], ['-']]) {
    const { code, stdout } = await slipwayReading(printed, 'explain', ...stdin, '--folder', '/cc')
    expect([code, stdout]).toEqual([0, fromFile.stdout])
    const nothing = await slipwayReading('', 'explain', ...stdin)
    expect(nothing.code).toBe(2)
    expect((JSON.parse(nothing.stdout) as ErrorDocument).error.code).toBe('USAGE')
  }
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

test('evaluate prints the output too, and of a long one as much as an error carries, with the cause in it', async () => {
  const folder = await fixture('javascript-contract')
  const noise = "for (let i = 1; i <= 500; i++) console.log(`line ${i} ${'x'.repeat(3000)}`)"
  await writeFile(join(folder, 'index.js'), `${noise}\nthrow new Error('no config')\n`)
  const loud = await slipway('evaluate', folder, 'Get', 'k')
  expect(loud.code).toBe(3)
  const { cause, output = [] } = (JSON.parse(loud.stdout) as ErrorDocument).error
  expect(cause).toMatchObject({ message: 'Error: no config', file: 'index.js', line: 2, kind: 'thrown' })
  expect(output.length).toBeLessThanOrEqual(50)
  expect(Math.max(...output.map((line) => line.length))).toBe(2000)
  expect(output).toContain('Error: no config')
  expect(outputLines(loud.stderr)).toEqual(output.map((line) => line.trimEnd()))

  const quiet = await slipway('evaluate', folder, 'Get', 'k', '--quiet')
  expect(quiet.code).toBe(3)
  expect(outputLines(quiet.stderr)).toEqual([])
  const error = (JSON.parse(quiet.stdout) as ErrorDocument).error
  expect(error.cause).toEqual(cause)
  expect(error.output).toContain('Error: no config')
})

/** What tools and the chaincode printed, among what Slipway says. */
function outputLines(stderr: string): string[] {
  return stderr.split('\n').flatMap((line) => /^slipway: {3}\| (.*)$|^ {2}\| (.*)$/.exec(line)?.slice(1).join('') ?? [])
}
