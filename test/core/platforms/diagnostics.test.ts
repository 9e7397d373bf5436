import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { diagnosticsOf, newDiagnosticReader, readDiagnostics } from '../../../core/platforms/diagnostics.ts'

const folder = '/home/me/marbles'
const read = (text: string) => readDiagnostics(text.split('\n'), folder)
const error = 'error' as const

describe('readDiagnostics', () => {
  test('tsc, plain and pretty', () => {
    expect(read(`src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.`)).toEqual([
      {
        file: 'src/a.ts',
        line: 3,
        column: 7,
        severity: error,
        code: 'TS2322',
        message: `Type 'string' is not assignable to type 'number'.`,
      },
    ])
    const pretty =
      '\u001b[96msrc/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m7\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType wrong.\n\n\u001b[7m3\u001b[0m const a\n\nFound 1 error in src/a.ts:3'
    expect(read(pretty)).toEqual([
      { file: 'src/a.ts', line: 3, column: 7, severity: error, code: 'TS2322', message: 'Type wrong.' },
    ])
  })

  test('go build and go vet', () => {
    expect(
      read('# example.com/marbles\n./main.go:12:2: undefined: x\nsub/a.go:3: syntax error\nvet: ./b.go:1:2: bad\n'),
    ).toEqual([
      { file: 'main.go', line: 12, column: 2, severity: error, message: 'undefined: x' },
      { file: 'sub/a.go', line: 3, severity: error, message: 'syntax error' },
      { file: 'b.go', line: 1, column: 2, severity: error, message: 'bad' },
    ])
  })

  test('javac below Gradle, and Maven', () => {
    expect(
      read(
        `> Task :compileJava FAILED\n${folder}/src/main/java/A.java:9: error: ';' expected\n    int a\n         ^\n1 error`,
      ),
    ).toEqual([{ file: 'src/main/java/A.java', line: 9, severity: error, message: `';' expected` }])
    expect(
      read(
        `[ERROR] ${folder}/src/A.java:[9,14] cannot find symbol\n[WARNING] ${folder}/src/B.java:[1,2] old\n[ERROR] ${folder}/src/A.java:[9,14] cannot find symbol`,
      ),
    ).toEqual([
      { file: 'src/A.java', line: 9, column: 14, severity: error, message: 'cannot find symbol' },
      { file: 'src/B.java', line: 1, column: 2, severity: 'warning', message: 'old' },
    ])
  })

  test('a syntax error in Node', () => {
    expect(
      read(
        `${folder}/index.js:4\n  async get( {\n             ^\n\nSyntaxError: Unexpected token '{'\n    at internalCompileFunction (node:internal/vm:73:18)`,
      ),
    ).toEqual([
      { file: 'index.js', line: 4, severity: error, code: 'SyntaxError', message: `SyntaxError: Unexpected token '{'` },
    ])
  })

  test('a stack trace points at the author’s frame, not at the library’s', () => {
    const trace = `TypeError: x is not a function
    at Object.check (${folder}/node_modules/lib/index.js:1:1)
    at Marbles.get (${folder}/lib/marbles.js:20:15)
    at async ${folder}/index.js:5:3`
    expect(read(trace)).toEqual([
      { file: 'lib/marbles.js', line: 20, column: 15, severity: error, message: 'TypeError: x is not a function' },
    ])
    expect(read(`panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t${folder}/main.go:8 +0x25\n`)).toEqual([
      { file: 'main.go', line: 8, severity: error, message: 'panic: boom' },
    ])
  })

  test('what names no place is passed over, and only so many are kept', () => {
    expect(read('listening on 127.0.0.1:7052\nhttp://example.com:80/a.js\nGET /a.js 12:30:01')).toEqual([])
    const reader = newDiagnosticReader(folder)
    for (let n = 1; n <= 500; n++) reader.read(`a.go:${n}:1: wrong`)
    expect(reader.found()).toHaveLength(100)
  })

  test('a file elsewhere keeps its whole path', () => {
    expect(read('/usr/lib/go/src/fmt/print.go:1:2: wrong')[0]?.file).toBe('/usr/lib/go/src/fmt/print.go')
  })
})

test('an error’s places are those found in the output, else those of its last lines', () => {
  const place = { file: 'a.go', line: 1, severity: error, message: 'wrong' }
  const details = { command: 'go build', words: 'exited', output: ['b.go:2:3: other'] }
  expect(diagnosticsOf(new PeerError('BUILD_FAILED', { ...details, diagnostics: [place] }), folder)).toEqual([place])
  const exit = {
    canonicalName: 'marbles:1.0',
    words: 'exited',
    output: ['TypeError: no', `    at ${folder}/a.js:1:2`],
  }
  expect(diagnosticsOf(new PeerError('CHAINCODE_EXITED', exit), folder)).toEqual([
    { file: 'a.js', line: 1, column: 2, severity: error, message: 'TypeError: no' },
  ])
  expect(diagnosticsOf(new PeerError('NO_PEER', {}), folder)).toEqual([])
})
