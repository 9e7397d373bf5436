// @module-tag slow
import { describe } from 'vitest'
import type { Readiness } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { fails, type Failing } from './causes.ts'

const failing =
  (name: Failing['fixture'], readiness: Readiness) =>
  (code: Failing['code'], files: Failing['files'], cause: Failing['cause']): Failing => ({
    fixture: name,
    readiness,
    files,
    code,
    cause,
  })

describe('TypeScript', () => {
  const ts = failing('asset-transfer-typescript', 'built')
  const src = 'src/asset-transfer.ts'
  const size = 'return (await ctx.stub.getState(id)).size > 0'
  fails(
    'a type error',
    ts(
      'BUILD_FAILED',
      { [src]: (before) => before.replace('return (await ctx.stub.getState(id)).length > 0', size) },
      { file: src, line: size, kind: 'compile', code: 'TS2339', message: /^Property 'size' does not exist on type/ },
    ),
  )
  fails(
    'a syntax error',
    ts(
      'BUILD_FAILED',
      { 'src/more.ts': 'export const a = ;\n' },
      { file: 'src/more.ts', line: 1, kind: 'compile', code: 'TS1109', message: 'Expression expected.' },
    ),
  )
  fails(
    'a file that doesn’t exist',
    ts(
      'BUILD_FAILED',
      { 'src/more.ts': "import { nope } from './missing'\nexport const a = nope\n" },
      {
        file: 'src/more.ts',
        line: 1,
        kind: 'missing-file',
        code: 'TS2307',
        message: /^Cannot find module '\.\/missing'/,
      },
    ),
  )
  fails(
    'a package that isn’t installed',
    ts(
      'BUILD_FAILED',
      { 'src/more.ts': "import nope from 'fabric-nope'\nexport const a = nope\n" },
      {
        file: 'src/more.ts',
        line: 1,
        kind: 'missing-module',
        fix: 'npm install fabric-nope',
        message: /^Cannot find module 'fabric-nope'/,
      },
    ),
  )
  fails(
    'an unknown option in tsconfig.json',
    ts(
      'TSCONFIG_REFUSED',
      { 'tsconfig.json': (before) => before.replace('"strict"', '"nope": true,\n    "strict"') },
      { file: 'tsconfig.json', line: '"nope"', kind: 'config', message: "Unknown compiler option 'nope'." },
    ),
  )
  fails(
    'types that aren’t installed',
    ts(
      'BUILD_FAILED',
      { 'tsconfig.json': (before) => before.replace('"types": ["node"]', '"types": ["nope"]') },
      {
        kind: 'missing-module',
        fix: 'npm install --save-dev @types/nope',
        message: "Cannot find type definition file for 'nope'.",
      },
    ),
  )
  fails(
    'a build script that names a program that doesn’t exist',
    ts(
      'BUILD_FAILED',
      { 'package.json': (before) => before.replace(/"build": "[^"]*"/, '"build": "nonsuch-compiler"') },
      { kind: 'command', message: /nonsuch-compiler: (?:command )?not found/ },
    ),
  )
  fails(
    'an exception on load, in the source and not in what was compiled',
    ts(
      'CHAINCODE_EXITED',
      {
        'src/index.ts': (before) =>
          `interface Unused { a: string }\nconst none: Unused | undefined = JSON.parse('null')\n${before}\nconsole.log(none!.a)\n`,
      },
      {
        file: 'src/index.ts',
        line: 'none!.a',
        kind: 'thrown',
        message: "TypeError: Cannot read properties of null (reading 'a')",
      },
    ),
  )
})

needs('go').describe('Go', () => {
  const go = failing('go-shim-v2', 'installed')
  const inMain = (code: string) => (before: string) => before.replace('func main() {\n', `func main() {\n\t${code}\n`)
  const more = (code: string) => ({ 'more.go': `package main\n\n${code}\n` })
  fails(
    'a type error',
    go('BUILD_FAILED', more('var more int = "a"'), {
      file: 'more.go',
      line: 3,
      kind: 'compile',
      message: /^cannot use "a"/,
    }),
  )
  fails(
    'an import that isn’t used',
    go('BUILD_FAILED', more('import "net/url"'), {
      file: 'more.go',
      line: 3,
      kind: 'compile',
      message: '"net/url" imported and not used',
    }),
  )
  fails(
    'no go.sum',
    go(
      'BUILD_FAILED',
      { 'go.sum': undefined },
      {
        file: 'main.go',
        line: 'fabric-chaincode-go/v2',
        kind: 'missing-module',
        fix: 'go mod tidy',
        message: /^missing go\.sum entry for /,
      },
    ),
  )
  fails(
    'a go.mod that can’t be read',
    go(
      'BUILD_FAILED',
      { 'go.mod': (before) => `${before}\nrequires nope v1\n` },
      { file: 'go.mod', line: 'requires nope', kind: 'config', message: 'unknown directive: requires' },
    ),
  )
  fails(
    'a newer Go',
    go(
      'BUILD_FAILED',
      { 'go.mod': (before) => before.replace(/^go .*$/m, 'go 1.99'), 'slipway.yaml': 'env:\n  GOTOOLCHAIN: local\n' },
      { kind: 'version', message: /requires go >= 1\.99/ },
    ),
  )
  fails(
    'a module that isn’t required',
    go('BUILD_FAILED', more('import _ "example.com/none"'), {
      file: 'more.go',
      line: 3,
      kind: 'missing-module',
      fix: 'go get example.com/none',
      message: /^no required module provides package example\.com\/none/,
    }),
  )
  fails(
    'two packages in a folder',
    go(
      'BUILD_FAILED',
      { 'more.go': 'package other\n' },
      { kind: 'config', message: /^found packages main \(main\.go\) and other \(more\.go\)/ },
    ),
  )
  fails(
    'a panic',
    go(
      'CHAINCODE_EXITED',
      { 'main.go': inMain('panic("no config")') },
      { file: 'main.go', line: 'panic("no config")', kind: 'thrown', message: 'panic: no config' },
    ),
  )
  fails(
    'a nil map at init',
    go('CHAINCODE_EXITED', more('var kept map[string]int\n\nfunc init() {\n\tkept["a"] = 1\n}'), {
      file: 'more.go',
      line: 6,
      kind: 'thrown',
      message: 'panic: assignment to entry in nil map',
    }),
  )
  fails(
    'words and an exit',
    go(
      'CHAINCODE_EXITED',
      { 'main.go': inMain('fmt.Fprintln(os.Stderr, "no wallet found"); os.Exit(1)') },
      { kind: 'unknown', message: 'no wallet found' },
    ),
  )
})

needs('java').describe('Java', () => {
  const java = failing('java-contract', 'installed')
  const src = 'src/main/java/example/NoteContract.java'
  const inClass = (code: string) => (before: string) => before.replace(/(class NoteContract[^{]*\{\n)/, `$1${code}\n`)
  fails(
    'a compile error',
    java(
      'BUILD_FAILED',
      { [src]: inClass('    static final String NONE = 5;') },
      {
        file: src,
        line: 'NONE = 5',
        kind: 'compile',
        message: /^incompatible types: int cannot be converted to java\.lang\.String/,
      },
    ),
  )
  fails(
    'a release that the JDK doesn’t know',
    java(
      'BUILD_FAILED',
      { 'pom.xml': (before) => before.replace(/<(maven\.compiler\.release|release)>[^<]*</, '<$1>99<') },
      { kind: 'version', message: /release version 99 not supported/ },
    ),
  )
})
