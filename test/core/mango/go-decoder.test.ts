import { describe, expect, test } from 'vitest'
import { decodeFirst } from '../../../core/mango/go-decoder.ts'

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('as Go’s json.Decoder', () => {
  test.each([
    ['{"a":1} and more', { a: 1 }],
    ['{"a":1}{"b":2}', { a: 1 }],
    [' \t\r\n[1, -2.5e+3 ,"\\u00e9\\"", true,false,null,{}] x', [1, -2500, 'é"', true, false, null, {}]],
    ['12x', 12],
    ['"text"', 'text'],
    ['null', null],
    [
      '{"n":12345678901234567890,"f":1.5,"s":"12345678901234567890"}',
      { n: 12345678901234567890n, f: 1.5, s: '12345678901234567890' },
    ],
    ['{"n":-9007199254740993}', { n: -9007199254740993n }],
    ['{"n":9007199254740991}', { n: 9007199254740991 }],
  ])('%s', (text, value) => {
    expect(decodeFirst(text)).toEqual(value)
  })

  // What go1.26 says of each, by `json.NewDecoder(...).Decode(&m)`.
  test.each([
    ['', 'EOF'],
    ['  \n', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"a"', 'unexpected EOF'],
    ['{"a":tru', 'unexpected EOF'],
    ['{"a":"x', 'unexpected EOF'],
    ['{"a":1,', 'unexpected EOF'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{"a":[1,]}', "invalid character ']' looking for beginning of value"],
    ['{"a":trux}', "invalid character 'x' in literal true (expecting 'e')"],
    ['{"a":nul}', "invalid character '}' in literal null (expecting 'l')"],
    ['{"a":-x}', "invalid character 'x' in numeric literal"],
    ['{"a":1.x}', "invalid character 'x' after decimal point in numeric literal"],
    ['{"a":1ex}', "invalid character 'x' in exponent of numeric literal"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":"\\q"}', "invalid character 'q' in string escape code"],
    ['{"a":"\\u12g4"}', "invalid character 'g' in \\u hexadecimal character escape"],
    ['{"a":"\n"}', "invalid character '\\n' in string literal"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    [nested(10_001), "invalid character '{' exceeded max depth"],
  ])('%s', (text, message) => {
    expect(() => decodeFirst(text)).toThrow(new Error(message))
  })

  test('ten thousand levels are taken', () => {
    expect(() => decodeFirst(nested(10_000))).not.toThrow()
  })
})
