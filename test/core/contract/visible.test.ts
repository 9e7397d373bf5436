import { expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { visibleWithColours } from '../../../core/contract/visible.ts'

const ESC = '\u001b'

test.each([
  ['a title', `${ESC}]0;owned\u0007`, '\\u001b]0;owned\\u0007'],
  ['a cleared screen', `${ESC}[2J${ESC}[H`, '\\u001b[2J\\u001b[H'],
  ['a question that the terminal answers', `${ESC}[6n`, '\\u001b[6n'],
  ['a link', `${ESC}]8;;http://x${ESC}\\y`, '\\u001b]8;;http://x\\u001b\\y'],
  ['a control of eight bits', '\u009b2J', '\\u009b2J'],
  ['a turned direction', 'a\u202eb', 'a\\u202eb'],
  ['an erased character', 'a\bb\u007f', 'a\\u0008b\\u007f'],
  ['colours', `${ESC}[1;31mred${ESC}[0m`, `${ESC}[1;31mred${ESC}[0m`],
  ['colours beside the rest', `${ESC}[31m${ESC}[2J`, `${ESC}[31m\\u001b[2J`],
  ['text of many languages', 'naïve – 日本 שלום 👩‍👩‍👧\n\tx', 'naïve – 日本 שלום 👩‍👩‍👧\n\tx'],
])('%s', (_what, text, shown) => {
  expect(visibleWithColours(text)).toBe(shown)
})

test("an error's words are neutralised, its facts aren't", () => {
  const error = new PeerError('FOLDER_MISSING', { folder: `x${ESC}[2J` })
  expect(error.parts.what).toContain('\\u001b[2J')
  expect(error.details.folder).toBe(`x${ESC}[2J`)
})
