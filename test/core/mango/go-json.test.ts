import fc from 'fast-check'
import { expect, test } from 'vitest'
import { goJson } from '../../../core/mango/document.ts'
import type { Json } from '../../../core/mango/json.ts'

test.each([
  ['{"b":1,"a":{"d":[2,{"z":1,"y":2}],"c":3}}', '{"a":{"c":3,"d":[2,{"y":2,"z":1}]},"b":1}'],
  ['{"10":1,"9":2,"a":3}', '{"10":1,"9":2,"a":3}'],
  ['{"x":{"2":1,"1":2},"😀":1,"\uffff":2}', '{"x":{"1":2,"2":1},"\uffff":2,"😀":1}'],
  ['{"<a>":"&\u2028"}', '{"\\u003ca\\u003e":"\\u0026\\u2028"}'],
  ['{"__proto__":{"a":1},"a":2}', '{"__proto__":{"a":1},"a":2}'],
])('%s is written by Go as %s', (given, written) => {
  expect(goJson(JSON.parse(given) as Json)).toBe(written)
})

test('whatever the fields are called, the value is the same', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text) as Json
      expect(JSON.parse(goJson(value))).toEqual(value)
    }),
  )
})
