// @module-tag slow
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ErrorDocument } from '../../main/cli/terminal/documents.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const errorIn = (stdout: string) => (JSON.parse(stdout) as ErrorDocument).error

describe('what is refused', () => {
  test.each([
    [[], '--help'],
    [['identity'], 'slipway identity --help'],
    [['nonsense'], 'slipway --help'],
    [['submt', '.', 'F'], 'submit'],
    [['identity', 'lst'], 'list'],
    [['submit', '.'], 'slipway submit --help'],
    [['run'], 'slipway run --help'],
    [['identity', 'issue', '.'], 'slipway identity issue --help'],
    [['submit', '.', 'F', '--mode', 'fast'], '--help'],
    [['submit', '.', 'F', '--transient', 'novalue'], '--help'],
    [['run', '.', '--nonsense'], '--help'],
    [['run', '.', '--no-wach'], '--no-watch'],
    [['submit', '.', 'F', '--chanel', 'c'], '--channel'],
    [['serve', '--port', '70000'], '--help'],
    [['run', 'a', 'b', '--name', 'x'], '--help'],
  ])('%j: 2, the error as JSON, and advice that has %s', async (args, advice) => {
    const { code, stdout, stderr } = await slipway(...args)
    const error = errorIn(stdout)
    expect([code, error.code]).toEqual([2, 'USAGE'])
    expect(error.do).toContain(advice)
    expect(stderr).toContain(error.do)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  test('what a shell would run stays empty', async () => {
    expect(await slipway('completion', 'bsh')).toMatchObject({ code: 2, stdout: '' })
  })

  test('an error of a command without a result of its own is JSON too', async () => {
    const folder = await tempFolder('empty')
    for (const args of [
      ['run', folder],
      ['identity', 'list', folder],
    ]) {
      const { code, stdout } = await slipway(...args)
      expect([code, errorIn(stdout).code]).toEqual([2, 'FOLDER_EMPTY'])
    }
  })

  test('a function that does not exist suggests the nearest', async () => {
    const { code, stdout, stderr } = await slipway('evaluate', await fixture('javascript-contract'), 'Gett', 'k')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ hints: [{ name: 'nearest-function' }] })
    expect(stderr).toMatch(/hint: .*Get\b/)
  })
})

describe('files that are broken', () => {
  test.each([
    ['{\n  "name": "x",\n  "version": "1.0"\n  "main": "index.js"\n}\n', 4, 3],
    ['{\n  "name": "x",\n}\n', 3, 1],
    ['{\n  "name": "x"', 2, 14],
    ['{ name: "x" }', 1, 3],
    ['', 1, 1],
  ])('package.json %j has its own error, with line and column', async (text, line, column) => {
    const folder = await fixture('javascript-contract')
    await writeFile(join(folder, 'package.json'), text)
    const { code, stdout, stderr } = await slipway('submit', folder, 'Put', 'k', 'v')
    const { details, ...error } = errorIn(stdout)
    expect([code, error.code]).toEqual([2, 'PROJECT_FILE_INVALID'])
    expect(details).toMatchObject({ file: join(folder, 'package.json'), line, column })
    expect(stderr).toContain(`package.json:${line}:${column}`)
    expect(error.do).not.toContain('read access')
  })

  test('all mistakes of a slipway.yaml are told at once, each with its place', async () => {
    const folder = await fixture('javascript-contract')
    const yaml = ['nam: x', "endorsementPolicy: AND('Org1MSP.peer'", 'peer:', '  executetimeout: soon', '  tsl: true']
    await writeFile(join(folder, 'slipway.yaml'), `${yaml.join('\n')}\n`)
    const { code, stdout } = await slipway('submit', folder, 'Put', 'k', 'v')
    const { details, ...error } = errorIn(stdout)
    expect([code, error.code]).toEqual([2, 'CONFIG_INVALID'])
    const { others, ...first } = details as Place & { others: Place[] }
    expect([first, ...others].map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '1:1 nam',
      '2:20 endorsementPolicy',
      '4:19 peer.executetimeout',
      '5:3 peer.tsl',
    ])
  })

  test('and all places where it is not YAML', async () => {
    const folder = await fixture('javascript-contract')
    await writeFile(join(folder, 'slipway.yaml'), 'name: "x\nversion: "1"\nmode: [dev\n')
    const { code, stdout } = await slipway('submit', folder, 'Put', 'k', 'v')
    const { details, ...error } = errorIn(stdout)
    expect([code, error.code]).toEqual([2, 'CONFIG_SYNTAX'])
    expect((details as { others: Place[] }).others.length).toBeGreaterThan(0)
  })

  interface Place {
    line: number
    column: number
    path: string
  }
})

describe('clean', () => {
  test('of a folder that is missing, or none, fails and removes nothing', async () => {
    const folder = await tempFolder('clean')
    await writeFile(join(folder, 'a.txt'), '')
    for (const path of ['nowhere', 'a.txt']) {
      const { code, stdout } = await slipway('clean', join(folder, path))
      expect([code, errorIn(stdout).code]).toEqual([2, 'FOLDER_MISSING'])
    }
  })
})

test('--pretty indents the same document, also for a program', async () => {
  const folder = await fixture('javascript-contract')
  const plain = await slipway('identity', 'list', folder)
  const pretty = await slipway('identity', 'list', folder, '--pretty')
  expect(plain.stdout.trim().split('\n')).toHaveLength(1)
  expect(pretty.stdout).toBe(`${JSON.stringify(JSON.parse(plain.stdout), null, 2)}\n`)
  const failed = await slipway('submit', folder, '--pretty')
  expect(failed.stdout).toMatch(/^\{\n {2}"error": \{\n/)
  const call = await slipway('evaluate', folder, 'Get', 'nothing', '--pretty')
  expect(call.stdout).toMatch(/^\{\n {2}"txId": /)
  const output = join(await tempFolder('package'), 'p')
  await mkdir(output)
  expect((await slipway('package', folder, '--output', output, '--pretty')).stdout).toMatch(/^\{\n {2}"file": /)
  const file = join(output, 'log.txt')
  await writeFile(file, 'Error: no config\n')
  expect((await slipway('explain', file, '--pretty')).stdout).toMatch(/^\{\n {2}"/)
})
