import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { latin1 } from '../../build/latin1.ts'

test('characters beyond Latin-1 become escapes that mean the same', () => {
  const code = 'const größe = 1, 名 = [`„${größe}“ 😀`, /^[’😀]$/u.test("😀"), "é"] // …'
  const changed = latin1(code)
  expect(changed).toMatch(/^[\0-\xff]*$/)
  expect(changed).toContain('größe')
  expect(runInNewContext(`${changed}\nString(名)`)).toBe('„1“ 😀,true,é')
})

test.each([
  ['after a backslash', '"\\’"'],
  ['after a backslash in a regular expression', '/\\’/'],
  ['in what String.raw reads', 'String.raw`${`a`} ’`'],
  ['in what another tag reads', 'tag`’`'],
  ['as a name beyond the BMP', 'const 𝒜 = 1'],
  ['as white space', 'const a =\u3000 1'],
])('an escape that would mean something else fails: %s', (_, code) => {
  expect(() => latin1(code)).toThrow()
  expect(latin1(code.replace(/[^\0-\xff]+/g, 'e'))).toContain('e')
})
