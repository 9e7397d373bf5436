// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import { isPathAlias } from '../../../core/platforms/node/path-aliases.ts'
import { refusedOptions } from '../../../core/platforms/node/tsconfig-advice.ts'
import { buildProject } from '../../../core/platforms/platform.ts'
import { fixture } from '../../support/fixtures.ts'
import { folderWith } from './project-files.ts'

describe('what TypeScript says about tsconfig.json', () => {
  // Printed by TypeScript 7.0 for `moduleResolution: node` and no rootDir.
  const seven = [
    "tsconfig.json(1,78): error TS5108: Option 'moduleResolution=node10' has been removed. Please remove it from your configuration.",
    "tsconfig.json(1,85): error TS5011: The common source directory of 'tsconfig.json' is './src'. The 'rootDir' setting must be explicitly set to this or another path to adjust your output's file layout.",
    '  Visit https://aka.ms/ts6 for migration information.',
    "tsconfig.json(1,101): error TS5102: Option 'baseUrl' has been removed. Please remove it from your configuration.",
  ]

  test('names each option that is refused, and what to write instead', () => {
    const options = refusedOptions(seven)
    expect(options.map(({ option }) => option)).toEqual(['moduleResolution=node10', 'rootDir', 'baseUrl'])
    expect(options[0]?.fix).toContain('"moduleResolution": "node16"')
    expect(options[1]?.fix).toContain('"rootDir": "./src"')
  })

  test.each([
    ["tsconfig.json(1,108): error TS5023: Unknown compiler option 'nope'.", 'nope'],
    [
      "\u001b[96mtsconfig.json\u001b[0m:\u001b[93m1\u001b[0m:\u001b[93m30\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS5108: \u001b[0mOption 'target=ES5' has been removed.",
      'target=ES5',
    ],
    ["error TS5107: Option 'module=AMD' is deprecated and will stop functioning in TypeScript 7.0.", 'module=AMD'],
  ])('%s', (line, option) => {
    expect(refusedOptions([line])).toMatchObject([{ option }])
  })

  test('errors in the sources are none of its options', () => {
    expect(refusedOptions(["src/a.ts(3,8): error TS2322: Type 'string' is not assignable to type 'number'."])).toEqual(
      [],
    )
  })
})

test('an alias of tsconfig.json is known as one, also through a file that it extends', async () => {
  const folder = await folderWith({
    'tsconfig.json': '{ // "paths": {}\n "extends": "./base", "compilerOptions": { "outDir": "dist", } }',
    'base.json':
      '{"compilerOptions":{"baseUrl":"./src","paths":{"@/*":["./*"],"@lib/*": ["lib/*"],"config":["config.ts"],"*":["types/*"]}}}',
    'src/ledger/keys.ts': '',
  })
  const aliases = ['@/asset', '@lib/asset', 'config', 'ledger/keys']
  expect(aliases.filter((name) => !isPathAlias(folder, name))).toEqual([])
  expect(['@library/x', 'configs', 'fabric-shim', 'ledger/other'].filter((name) => isPathAlias(folder, name))).toEqual(
    [],
  )
  expect(isPathAlias(await folderWith({ 'index.ts': '' }), '@/asset')).toBe(false)
})

describe('a TypeScript build', () => {
  async function buildWith(compilerOptions: object): Promise<PeerError> {
    const folder = await fixture('asset-transfer-typescript')
    const file = path.join(folder, 'tsconfig.json')
    const text = (await readFile(file, 'utf8')).replace(/^\s*\/\/.*$/gm, '')
    const json = JSON.parse(text) as { compilerOptions: object }
    await writeFile(file, JSON.stringify({ ...json, compilerOptions: { ...json.compilerOptions, ...compilerOptions } }))
    const [project] = (await readProjects(folder)).projects
    if (project === undefined) throw new RangeError('no chaincode')
    const run = {
      number: 1,
      print: () => undefined,
      note: () => undefined,
      timeoutMs: 120_000,
      signal: new AbortController().signal,
    }
    const error = await buildProject(project, run).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof PeerError)) throw new Error(`no PeerError but ${String(error)}`)
    return error
  }

  test('that fails because of an option names the option', async () => {
    const error = await buildWith({ nope: true })
    expect(error.code).toBe('TSCONFIG_REFUSED')
    expect(error.details).toMatchObject({ options: [{ option: 'nope' }] })
  })

  test('whose output lies where the start script doesn’t look says where it is', async () => {
    const error = await buildWith({ rootDir: '.' })
    expect(error.code).toBe('OUTPUT_MISPLACED')
    expect(error.details).toMatchObject({ expected: 'dist/index.js', found: 'dist/src/index.js', rootDir: 'src' })
  })
})
