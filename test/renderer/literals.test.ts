import { execFileSync } from 'node:child_process'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { goString, shellQuoted, singleQuoted } from '../../renderer/connect/literals.ts'

const text = fc.string({ unit: 'grapheme' })

test('a literal of JavaScript says what was typed', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.constantFrom("'", '\\', '\\"', '\u2028', '${a}', '</script>')), (typed) => {
      expect(runInNewContext(singleQuoted(typed))).toBe(typed)
    }),
  )
  expect(runInNewContext(singleQuoted('a\uD800'))).toBe('a\uFFFD')
})

test.skipIf(process.platform === 'win32')('a word of a shell says what was typed', () => {
  const typed = ["it's", '$HOME `x` "', 'a\nb', '', '\\', '*', '~', '猫', '-n', 'a=b;c']
  const script = `printf '%s\\0' ${typed.map(shellQuoted).join(' ')}`
  expect(execFileSync('/bin/sh', ['-c', script]).toString()).toBe(`${typed.join('\0')}\0`)
})

test('a string of Go holds bytes that are no text', () => {
  expect(goString({ base64: '/wBB' })).toBe(String.raw`"\xff\x00\x41"`)
})
