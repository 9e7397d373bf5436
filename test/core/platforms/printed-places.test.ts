import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ModuleKind, transpileModule } from 'typescript'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newPlaceReader } from '../../../core/platforms/printed-places.ts'
import { tempFolder } from '../../support/temp.ts'

/** Four lines of types, which leave nothing in what is compiled: line 5 becomes another one. */
const SOURCE = `interface Asset {
  id: string
}
export function find(asset: Asset): string {
  throw new Error(asset.id)
}
`

async function put(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

/** What tsc writes of `src/find.ts`. */
function compiled(options: { inlineSourceMap?: boolean; sourceRoot?: string } = {}) {
  const { outputText, sourceMapText = '' } = transpileModule(SOURCE, {
    fileName: 'find.ts',
    compilerOptions: { module: ModuleKind.CommonJS, sourceMap: options.inlineSourceMap !== true, ...options },
  })
  const line = outputText.split('\n').findIndex((text) => text.includes('throw')) + 1
  return { code: outputText, map: sourceMapText, line, column: 11 }
}

describe('compiled JavaScript leads to its source', () => {
  const thrown = { file: 'src/find.ts', line: 5, column: 9 }

  test('by the map beside it', async () => {
    const folder = await tempFolder()
    const { code, map, line, column } = compiled({ sourceRoot: '../src' })
    await put(folder, { 'src/find.ts': SOURCE, 'dist/find.js': code, 'dist/find.js.map': map })
    const placesIn = newPlaceReader(folder)
    const printed = `${folder}/dist/find.js:${line}:${column}`
    expect(placesIn(`    at find (${printed})`)).toEqual([{ ...thrown, printed }])
    const relative = `dist/find.js:${line}:${column}`
    expect(placesIn(`see \u001b[31m${relative}\u001b[39m, twice: ${relative}`)).toEqual([
      { ...thrown, printed: relative },
      { ...thrown, printed: relative },
    ])
  })

  test('by the map inside it, and by that of the next build', async () => {
    const folder = await tempFolder()
    const { code, line, column } = compiled({ inlineSourceMap: true, sourceRoot: '../src' })
    await put(folder, { 'src/find.ts': SOURCE, 'dist/find.js': code })
    const placesIn = newPlaceReader(folder)
    const frame = (at: number) => `    at find (${folder}/dist/find.js:${at}:${column})`
    expect(placesIn(frame(line))).toMatchObject([thrown])
    await put(folder, { 'dist/find.js': '// built again, without a map\n' })
    expect(placesIn(frame(line))).toEqual([{ file: 'dist/find.js', line, column }])
  })

  test('and stands for itself without a source that exists', async () => {
    const folder = await tempFolder()
    const { code, map, line, column } = compiled({ sourceRoot: '../src' })
    const printed = `${folder}/dist/find.js:${line}:${column}`
    const own = [{ file: 'dist/find.js', line, column }]
    await put(folder, { 'dist/find.js': code })
    expect(newPlaceReader(folder)(`    at find (${printed})`)).toEqual(own)
    await put(folder, { 'dist/find.js.map': map })
    expect(newPlaceReader(folder)(`    at find (${printed})`)).toEqual(own)
  })

  test('in a container too, where the folder has another name', async () => {
    const folder = await tempFolder()
    const { code, map, line, column } = compiled({ sourceRoot: '../src' })
    await put(folder, { 'src/find.ts': SOURCE, 'dist/find.js': code, 'dist/find.js.map': map })
    const printed = `/usr/local/src/dist/find.js:${line}:${column}`
    expect(newPlaceReader(folder, { inContainer: true })(`    at find (${printed})`)).toEqual([{ ...thrown, printed }])
    expect(newPlaceReader(folder)(`    at find (${printed})`)).toEqual([])
    expect(newPlaceReader(folder, { inContainer: true })('    at x (/usr/local/src/dist/gone.js:1:1)')).toEqual([])
  })
})

test('frames of Go and Java are of files in the folder', async () => {
  const folder = await tempFolder()
  await put(folder, {
    'go.mod': 'module example.com/assets\n\ngo 1.22\n',
    'ledger/put.go': '',
    'src/main/java/org/example/Assets.java': '',
  })
  const placesIn = newPlaceReader(folder)
  const put12 = [{ file: 'ledger/put.go', line: 12 }]
  expect(placesIn(`\t${folder}/ledger/put.go:12 +0x1d`)).toEqual(put12)
  // Built with -trimpath.
  expect(placesIn('\texample.com/assets/ledger/put.go:12 +0x1d')).toEqual(put12)
  expect(placesIn('2026/12/01 12:00:00 ledger/put.go:12: no such asset')).toEqual(put12)
  expect(placesIn('\tat org.example.Assets$Key.read(Assets.java:40)')).toEqual([
    { file: 'src/main/java/org/example/Assets.java', line: 40 },
  ])
  expect(placesIn('\tat org.hyperledger.fabric.shim.ChaincodeBase.start(ChaincodeBase.java:40)')).toEqual([])
})

test('frames of Go are found by the name that go.mod has now', async () => {
  const folder = await tempFolder()
  await put(folder, { 'go.mod': 'module example.com/assets\n', 'put.go': '' })
  const placesIn = newPlaceReader(folder)
  const frameOf = (module: string) => `see ${module}/put.go:12`
  expect(placesIn(frameOf('example.com/assets'))).toMatchObject([{ file: 'put.go' }])
  await put(folder, { 'go.mod': 'module example.com/other/name\n' })
  expect(placesIn(frameOf('example.com/assets'))).toEqual([])
  expect(placesIn(frameOf('example.com/other/name'))).toMatchObject([{ file: 'put.go' }])
})

test('what isn’t the author’s file is no place', async () => {
  const folder = join(await tempFolder(), 'assets')
  await put(folder, { '../outside.js': '' })
  await put(folder, { 'index.js': '', 'node_modules/a/index.js': '' })
  const placesIn = newPlaceReader(folder)
  expect(placesIn(`    at get (${folder}/index.js:5:3)`)).toEqual([{ file: 'index.js', line: 5, column: 3 }])
  expect(placesIn('./index.js:12:2 undefined: x')).toEqual([{ file: 'index.js', line: 12, column: 2 }])
  for (const text of [
    'asset 12 was put',
    'gone.js:1:2',
    '../outside.js:1:2',
    `    at a (${folder}/node_modules/a/index.js:1:1)`,
    'http://example.com:80/index.js:1',
    '    at Module._compile (node:internal/modules/cjs/loader:1554:14)',
  ])
    expect(placesIn(text)).toEqual([])
})

describe('what a chaincode prints or a map names does no harm', () => {
  const LINE = { 'src/find.ts': SOURCE }
  const frame = (folder: string, line: number) => `    at find (${folder}/dist/find.js:${line}:11)`
  const itself = (line: number) => [{ file: 'dist/find.js', line, column: 11 }]

  test.for([
    { what: 'null', source: null },
    { what: 'on another host', source: 'file://host/a.ts' },
    { what: 'with a slash in a name', source: 'file:///a%2Fb.ts' },
  ])('a source $what', async ({ source }) => {
    const folder = await tempFolder()
    const { code, map, line } = compiled()
    const named = JSON.stringify({ ...(JSON.parse(map) as object), sources: [source] })
    await put(folder, { ...LINE, 'dist/find.js': code, 'dist/find.js.map': named })
    expect(newPlaceReader(folder)(frame(folder, line))).toEqual(itself(line))
  })

  test('a name that no file can have', async () => {
    const placesIn = newPlaceReader(await tempFolder())
    expect(placesIn(`${'a'.repeat(5000)}.js:1:2`)).toEqual([])
    expect(placesIn('a\0b.js:1:2')).toEqual([])
    expect(placesIn(`${'a'.repeat(5000)}.go:1`)).toEqual([])
  })

  test('a map outside the folder, and a source there', async () => {
    const folder = join(await tempFolder(), 'assets')
    const { code, map, line } = compiled({ sourceRoot: `${folder}/src` })
    const toOutside = compiled({ sourceRoot: `${folder}/../src` })
    await put(folder, { ...LINE, '../find.js.map': map, '../src/find.ts': SOURCE })
    await put(folder, { 'dist/find.js': code.replace('URL=find.js.map', 'URL=../../find.js.map') })
    expect(newPlaceReader(folder)(frame(folder, line))).toEqual(itself(line))
    await put(folder, { 'dist/find.js': toOutside.code, 'dist/find.js.map': toOutside.map })
    expect(newPlaceReader(folder)(frame(folder, line))).toEqual(itself(line))
  })

  test('a map of more than 32 MiB', async () => {
    const folder = await tempFolder()
    const { code, map, line } = compiled({ sourceRoot: '../src' })
    await put(folder, { ...LINE, 'dist/find.js': code, 'dist/find.js.map': map.padEnd(33 << 20) })
    expect(newPlaceReader(folder)(frame(folder, line))).toEqual(itself(line))
  })

  describe.skipIf(process.platform === 'win32')('a pipe, which is waited for until somebody writes', () => {
    /** A pipe, and a program that writes the text to whoever opens it. Returned: proof that nobody has. */
    async function pipe(file: string, text: string): Promise<() => Promise<void>> {
      await mkdir(dirname(file), { recursive: true })
      execFileSync('mkfifo', [file])
      const writer = spawn('/bin/sh', ['-c', 'printf %s "$1" > "$2"', 'sh', text, file], { stdio: 'ignore' })
      const ended = once(writer, 'exit')
      onTestFinished(async () => {
        writer.kill()
        await ended
      })
      return async () => expect(await readFile(file, 'utf8')).toBe(text)
    }

    test('as JavaScript in the folder', async () => {
      const folder = await tempFolder()
      const { code, line } = compiled({ inlineSourceMap: true, sourceRoot: '../src' })
      await put(folder, LINE)
      const unopened = await pipe(join(folder, 'dist/find.js'), code)
      expect(newPlaceReader(folder)(frame(folder, line))).toEqual(itself(line))
      await unopened()
    })

    test('as JavaScript outside the folder', async () => {
      const folder = join(await tempFolder(), 'assets')
      const { code, line } = compiled({ inlineSourceMap: true, sourceRoot: 'assets/src' })
      await put(folder, LINE)
      const unopened = await pipe(join(folder, '../find.js'), code)
      const placesIn = newPlaceReader(folder)
      expect(placesIn(`    at find (${dirname(folder)}/find.js:${line}:11)`)).toEqual([])
      expect(placesIn(`../find.js:${line}:11`)).toEqual([])
      await unopened()
    })

    test('as a map', async () => {
      const folder = await tempFolder()
      const { code, map, line } = compiled({ sourceRoot: '../src' })
      await put(folder, { ...LINE, 'dist/find.js': code })
      const unopened = await pipe(join(folder, 'dist/find.js.map'), map)
      expect(newPlaceReader(folder)(frame(folder, line))).toEqual(itself(line))
      await unopened()
    })

    test('as go.mod', async () => {
      const folder = await tempFolder()
      await put(folder, { 'ledger/put.go': '' })
      const unopened = await pipe(join(folder, 'go.mod'), 'module example.com/assets\n')
      expect(newPlaceReader(folder)('\texample.com/assets/ledger/put.go:12 +0x1d')).toEqual([
        { file: 'example.com/assets/ledger/put.go', line: 12 },
      ])
      await unopened()
    })
  })
})
