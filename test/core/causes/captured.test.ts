import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCause } from '../../../core/causes/causes.ts'
import { adviceOf } from '../../../core/contract/advice.ts'
import { ownFiles } from '../../../core/causes/own-files.ts'

/** Outputs of real tools and runtimes, each with the line that a person would call the cause. See the folder's README. */
const folder = join(import.meta.dirname, '../../conformance/causes')
const textOf = (name: string, ending: string) => readFileSync(join(folder, name + ending), 'utf8')
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.txt') ? [name.slice(0, -4)] : []))
const expectedOf = (name: string) => textOf(name, '.expected').trim()
const read = (name: string) => readCause(textOf(name, '.txt').split('\n'), ownFiles('/cc'))

/** Where in the author's files (the folder was /cc); a capture that isn't listed names none. */
const places: Record<string, string> = {
  'go-cgo-segv': 'main.go:40',
  'go-concurrent-map': 'main.go:30',
  'go-missing-sum': 'main.go:9:2',
  'go-no-required-module': 'main.go:9:2',
  'go-panic-goroutine': 'main.go:19',
  'go-panic-multiline': 'main.go:24',
  'go-panic-repanic': 'main.go:26',
  'go-proxy-off': 'main.go:2:8',
  'go-type-error': 'main.go:6:14',
  javac: 'src/main/java/cc/Main.java:7',
  'jvm-exception-in-initializer': 'T.java:3',
  'jvm-stack-overflow': 'T.java:5',
  'jvm-unsatisfied-link': 'T.java:13',
  'mvn-compile': 'src/main/java/cc/Main.java:7:18',
  'mvn-compile-q': 'src/main/java/cc/Main.java:7:18',
  'njs-start-missing': 'index.js:1:1',
  'njs-start-syntax': 'index.js:3',
  'node-aggregate': 'agg.js:1:7',
  'node-custom-error-multiline': 'custom.js:2:23',
  'node-empty-stack': 'nostack.js:1',
  'node-error-cause': 'cause.js:1:39',
  'node-esm-no-export': 'noexport.mjs:1',
  'node-esm-no-ext': 'noext.mjs',
  'node-import-in-cjs': 'esm-in-cjs.js:1',
  'node-missing-module': 'missing.js:1:1',
  'node-module-exports-in-esm': 'esm/m.js:1:1',
  'node-native-invalid': 'dl.js:1:25',
  'node-require-in-esm': 'esm/r.js:1:11',
  'node-syntax': 'syntax.js:3',
  'node-throw-after-noise': 'later.js:1:23',
  'node-throw-null': 'thrown.js:1',
  'node-throw-object': 'throwo.js:1',
  'node-throw-string': 'throws.js:1',
  'node-unhandled-rejection': 'rej.js:1:16',
  'ts5.9-bad-json': 'tsconfig.json:1:39',
  'ts6-bad-json': 'tsconfig.json:1:39',
  'ts5.9-extends-missing': 'tsconfig.json:1:12',
  'ts5.9-nested': 'src/a.ts:3:8',
  'ts5.9-noemit': 'src/a.ts:2:3',
  'ts5.9-type-pretty': 'src/a.ts:2:3',
  'ts5.9-syntax': 'src/a.ts:1:19',
  'ts6-chain': 'src/a.ts:3:3',
  'ts6-config': 'tsconfig.json:1:30',
  'ts7-config': 'tsconfig.json:1:30',
  'ts7-type': 'src/a.ts:2:3',
  'ts7-unknown-option': 'tsconfig.json:1:108',
}
const kinds: Record<string, string> = {
  'go-cgo-no-cc': 'native',
  'go-missing-sum': 'missing-module',
  'go-proxy-off': 'network',
  'go-panic-repanic': 'thrown',
  'jvm-class-version': 'version',
  'jvm-no-main-class': 'missing-module',
  'jvm-oom-exit-option': 'memory',
  'jvm-unsatisfied-link': 'native',
  'mvn-compile': 'compile',
  'node-econnrefused-event': 'connection',
  'node-missing-module': 'missing-module',
  'node-esm-no-ext': 'missing-file',
  'node-module-exports-in-esm': 'module-system',
  'node-native-invalid': 'native',
  'node-oom': 'memory',
  'node-segv': 'crash',
  'node-syntax': 'syntax',
  'npm-ebadengine': 'version',
  'npm-eresolve': 'dependencies',
  'npm-ejsonparse': 'config',
  'npm-missing-script': 'command',
  'npm-offline-enotcached': 'network',
  'ts6-bad-json': 'config',
  'ts7-type': 'compile',
}

test('there are 82 captured outputs', () => {
  expect(names).toHaveLength(82)
})

/**
 * The same output, byte for byte, stands under several names with different lines. A reader can't tell them apart: the
 * cause is the compiler's first error, and the other one is a further error with all that is known of it.
 */
function isAmbiguous(name: string): boolean {
  return names.some((other) => textOf(other, '.txt') === textOf(name, '.txt') && expectedOf(other) !== expectedOf(name))
}

test.each(names)('%s: the line, without its prefix', (name) => {
  const { cause } = read(name)
  const said = isAmbiguous(name) ? [cause, ...(cause?.also ?? [])] : [cause]
  const messages = said.flatMap((error) => (error === undefined || error.message === '' ? [] : [error.message]))
  expect(messages.filter((message) => expectedOf(name).endsWith(message))).toHaveLength(1)
})

test.each(names.filter(isAmbiguous))('%s: both of its errors', (name) => {
  expect(read(name).cause).toMatchObject({ file: 'src/a.ts', line: 2, column: 3, code: 'TS2322', kind: 'compile' })
  expect(read(name).cause?.also).toMatchObject([
    { file: 'src/b.ts', line: 1, column: 22, code: 'TS2307', kind: 'missing-file' },
  ])
})

test('what a further error needs is part of the advice', () => {
  const lines = ["src/a.ts(2,3): error TS2322: Type 'a'.", "src/b.ts(1,2): error TS2307: Cannot find module 'lib'."]
  const printed = readCause(lines, ownFiles('/cc'))
  expect(adviceOf(printed, 'Fix the source and save.')).toMatch(/src\/a\.ts:2:3.*`npm install lib`/)
})

test.each(names.filter((name) => !isAmbiguous(name)))('%s: the place', (name) => {
  const { file, line, column } = read(name).cause ?? {}
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  const same = names.find((other) => other in places && textOf(other, '.txt') === textOf(name, '.txt'))
  expect(place).toBe(same === undefined ? '' : places[same])
})

test.each(Object.entries(kinds))('%s: %s', (name, kind) => {
  expect(read(name).cause?.kind).toBe(kind)
})

test.each(names)('%s: the output holds the cause, without escapes', (name) => {
  const { output, causeAt = -1, cause } = read(name)
  expect(output.length).toBeLessThanOrEqual(50)
  expect(output.slice(causeAt).join('\n')).toContain(cause?.message)
  expect(output.join('\n')).not.toContain('\u001b')
})
