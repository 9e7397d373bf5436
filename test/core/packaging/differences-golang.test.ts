import { describe, expect, test } from 'vitest'
import { chaincodeFolder, differencesOf } from '../platforms/chaincode-folder.ts'

const shim = 'require github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0'

/** A Go chaincode whose go.mod ends with these lines, its 6th and following. */
function golang(lines = '', files: Record<string, string> = {}): Record<string, string> {
  return {
    'go.mod': `module example.com/assets\n\ngo 1.23.0\n\n${shim}\n${lines}`,
    'main.go': 'package main\n\nfunc main() {}\n',
    ...files,
  }
}

const differences = async (files: Record<string, string>) => differencesOf(await chaincodeFolder(files))

describe('what go.mod says', () => {
  test('nothing that a peer would do otherwise', async () => {
    expect(await differences(golang('replace a/b => c/d v1.0.0 // ../e\n'))).toEqual([])
  })

  test('metadata that is looked for beside the program', async () => {
    const file = 'contract-metadata/metadata.json'
    expect(await differences(golang('', { [file]: '{}' }))).toEqual([`file-left-out ${file}`])
  })

  test('modules replaced by folders', async () => {
    const lines = 'replace (\n\ta/b v1.0.0 => ../b\n\ta/c => ./c\n\ta/d => ./d\n)\nreplace a/e => "/opt/e"\n'
    expect(await differences(golang(lines, { 'c/go.mod': 'module a/c\n' }))).toEqual([
      'file-left-out go.mod:9 fatal',
      'file-outside go.mod:11 fatal',
      'file-outside go.mod:7 fatal',
    ])
  })

  test('modules replaced by folders, and vendored', async () => {
    const modules = '# github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0\n## explicit\n'
    expect(await differences(golang('replace a/b => ../b\n', { 'vendor/modules.txt': modules }))).toEqual([])
  })

  test('a vendor folder that does not fit', async () => {
    const other = '# github.com/hyperledger/fabric-chaincode-go/v2 v2.2.0\n## explicit\n'
    expect(await differences(golang('', { 'vendor/modules.txt': other }))).toEqual(['lock-file-stale go.mod:5 fatal'])
    expect(await differences(golang('', { 'vendor/modules.txt': '' }))).toEqual(['lock-file-stale go.mod:5 fatal'])
  })

  test('a Go that the image is not', async () => {
    const files = golang()
    const newer = { ...files, 'go.mod': (files['go.mod'] ?? '').replace('go 1.23.0', 'go 1.99') }
    expect(await differences(newer)).toEqual(['runtime-version go.mod:3'])
  })

  test('modules of a workspace above', async () => {
    const folder = await chaincodeFolder({
      ...golang('require a/b v0.0.0\nrequire a/c v1.0.0\nrequire a/e v1.0.0\nreplace a/e => a/f v1.0.0\n'),
      '../go.work': 'go 1.23\n\nuse (\n\t./chaincode\n\t./b\n\t./c\n\t./d\n\t./e\n)\n',
      '../b/go.mod': 'module a/b\n',
      '../c/go.mod': 'module a/c\n',
      '../d/go.mod': 'module a/d\n',
      '../e/go.mod': 'module a/e\n',
    })
    expect(await differencesOf(folder)).toEqual(['file-outside go.mod:6 fatal', 'file-outside go.mod:7'])
  })

  test('a workspace in the package that uses folders outside', async () => {
    const work = 'go 1.23\nuse .\nuse ./inner\nuse ../b\n'
    expect(await differences(golang('', { 'go.work': work, 'inner/go.mod': 'module a/b\n' }))).toEqual([
      'file-outside go.work:4 fatal',
    ])
  })
})

describe('what its sources say', () => {
  test('C code', async () => {
    const plain = 'package main\n\n// #include <stdio.h>\nimport "C"\n'
    expect(await differences(golang('', { 'c.go': plain }))).toEqual(['native-library c.go:4'])
    const library = 'package main\n\n// #cgo linux LDFLAGS: -L/opt -lssl -lm\nimport "C"\n'
    expect(await differences(golang('', { 'c.go': library }))).toEqual(['native-library c.go:4 fatal'])
    const config = 'package main\n\n/*\n#cgo pkg-config: libpng\n*/\nimport "C"\n'
    expect(await differences(golang('', { 'c.go': config }))).toEqual(['native-library c.go:6 fatal'])
    expect(
      await differences(golang('', { 'c_test.go': plain, 'vendor/a/c.go': plain, 'testdata/c.go': plain })),
    ).toEqual([])
  })

  test('embedded files that are left out', async () => {
    const embed = (pattern: string) => `package main\n\nimport _ "embed"\n\n//go:embed ${pattern}\nvar text string\n`
    expect(await differences(golang('', { 'a.go': embed('data.txt'), 'data.txt': 'x' }))).toEqual([])
    expect(await differences(golang('', { 'a.go': embed('.config/a.txt'), '.config/a.txt': 'x' }))).toEqual([
      'file-left-out a.go:5 fatal',
    ])
    expect(await differences(golang('', { 'a/a.go': embed('all:.config'), 'a/.config/a.txt': 'x' }))).toEqual([
      'file-left-out a/a.go:5 fatal',
    ])
    expect(await differences(golang('', { 'a.go': embed('.env'), '.env': 'x' }))).toEqual([])
    const ignored = { 'slipway.yaml': 'ignore: [static]\n', 'static/a.txt': 'x' }
    expect(await differences(golang('', { 'a.go': embed('static/*.txt'), ...ignored }))).toEqual([
      'file-left-out a.go:5 fatal',
    ])
  })

  test('embedded files by the patterns of Go', async () => {
    const embed = (pattern: string) => `package main\n\nimport _ "embed"\n\n//go:embed ${pattern}\nvar text string\n`
    const found = (pattern: string, ignore: string, ...files: string[]) =>
      differences(
        golang('', {
          'a.go': embed(pattern),
          'slipway.yaml': `ignore: [${ignore}]\n`,
          ...Object.fromEntries(files.map((file) => [file, 'x'])),
        }),
      )
    const missing = ['file-left-out a.go:5 fatal']
    // A folder stands for what is in it.
    expect(await found('static', "'static/**'", 'static/a.txt')).toEqual(missing)
    expect(await found('static', "'static/a.txt'", 'static/a.txt', 'static/b.txt')).toEqual([])
    expect(await found('static', "'static/a.txt'", 'static/a.txt', 'static/_b.txt', 'static/.c')).toEqual(missing)
    expect(await found('all:static', "'static/a.txt'", 'static/a.txt', 'static/_b.txt')).toEqual([])
    expect(await found('static/*', "'static/a.txt'", 'static/a.txt', 'static/_b.txt')).toEqual([])
    // `*` stays within a folder, `[^a]` is Go's negation, `{` a letter like any other.
    expect(await found('*.txt', "'/a.txt'", 'a.txt', 'in/b.txt')).toEqual(missing)
    expect(await found('[^a].txt', "'b.txt'", 'a.txt', 'b.txt')).toEqual(missing)
    expect(await found('{a,b}.txt', "'a.txt'", 'a.txt')).toEqual([])
    expect(await found('"a b.txt" `c d.txt`', "'a b.txt'", 'a b.txt', 'c d.txt')).toEqual(missing)
    // `go build` reports a malformed pattern itself.
    expect(await found('[a.txt', "'a.txt'", 'a.txt')).toEqual([])
  })

  test('files that it opens, where its container holds the program alone', async () => {
    const lines = [
      'package main',
      'import "os"',
      'func read() {',
      '\tos.ReadFile("config.json")',
      '\tos.Open("../shared.json")',
      '\tos.ReadFile("nowhere.json")',
      '\tos.ReadFile("/etc/hostname")',
      '\t// os.ReadFile("config.json")',
      '}',
    ]
    const files = { 'a.go': lines.join('\n'), 'config.json': '{}', '../shared.json': '{}' }
    expect(await differences(golang('', files))).toEqual(['file-left-out a.go:4', 'file-outside a.go:5'])
  })

  test('Go files that `ignore` leaves out', async () => {
    const files = {
      'slipway.yaml': "ignore: ['*_gen.go', tools]\n",
      'a_gen.go': 'package main\n',
      'tools/t.go': 'package main\n',
    }
    expect(await differences(golang('', files))).toEqual(['file-left-out a_gen.go fatal'])
  })
})

test('what slipway.yaml sets for this machine alone', async () => {
  const yaml = 'build: make\nstart: ./assets --verbose\nenv: { LEVEL: debug }\n'
  expect(await differences(golang('', { 'slipway.yaml': yaml }))).toEqual([
    'custom-build slipway.yaml',
    'custom-env slipway.yaml',
    'custom-start slipway.yaml',
  ])
})
