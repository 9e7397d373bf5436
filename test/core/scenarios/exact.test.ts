import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differences } from '../../../core/scenarios/compare.ts'
import { exactFromJson, exactToJson, isSameNumber, type Exact } from '../../../core/scenarios/exact.ts'

const exact = (text: string): Exact => {
  const value = exactFromJson(text)
  if (value === undefined) throw new Error(`not JSON: ${text}`)
  return value
}
const differ = (expected: string, got: string) => differences(exact(expected), got, 'payload').map(({ at }) => at)

describe('numbers', () => {
  const digits = fc.bigInt({ min: 0n, max: 10n ** 40n })

  test('are equal however they are written', () => {
    fc.assert(
      fc.property(digits, fc.nat(20), fc.nat(5), (whole, power, zeros) => {
        const plain = `${whole}${'0'.repeat(power)}`
        const scientific = `${whole}.${'0'.repeat(zeros)}e${power}`.replace('.e', 'e')
        expect(isSameNumber({ number: plain }, { number: scientific })).toBe(true)
      }),
    )
  })

  test('differ in any digit', () => {
    fc.assert(
      fc.property(digits, (whole) => {
        expect(isSameNumber({ number: String(whole) }, { number: String(whole + 1n) })).toBe(false)
      }),
    )
    expect(differ('9007199254740993', '9007199254740992')).toEqual(['payload'])
    expect(differ('1.10', '1.1')).toEqual([])
    expect(differ('-0', '0')).toEqual([])
  })
})

test('JSON is read and written without a change of value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(exactToJson(exact(text)))).toEqual(JSON.parse(text))
    }),
  )
})

describe('differences', () => {
  test('whatever is expected of itself is equal, exactly too', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = exact(text)
        // A rule is not a value.
        fc.pre(!/"(exactly|matches|absent)"/.test(text))
        expect(differences(value, value, '')).toEqual([])
        expect(differences(new Map([['exactly', value]]), value, '')).toEqual([])
      }),
    )
  })

  test.each([
    ['an object may have more keys', '{"a":1}', '{"a":1,"b":2}', []],
    ['unless it is to be exact', '{"exactly":{"a":1}}', '{"a":1,"b":2}', ['payload.b']],
    ['deep inside too', '{"exactly":{"a":{"c":1}}}', '{"a":{"c":1,"d":2}}', ['payload.a.d']],
    ['a missing key', '{"a":1,"b":{"c":2}}', '{"a":1,"b":{}}', ['payload.b.c']],
    ['a list has as many items', '[1,2]', '[1,2,3]', ['payload']],
    ['an item', '[{"a":1},{"a":2}]', '[{"a":1},{"a":3}]', ['payload[1].a']],
    ['a rule inside', '{"a":{"matches":"^x.z$"},"b":"absent"}', '{"a":"xyz"}', []],
    ['a rule that fails', '{"a":{"matches":"^y"},"b":"absent"}', '{"a":"xyz","b":1}', ['payload.a', 'payload.b']],
    ['no regular expression', '{"matches":"("}', '"x"', ['payload']],
    ['text', '"done"', 'done', []],
    ['text as JSON', '"done"', '"done"', []],
    ['JSON’s own words', 'true', 'true', []],
    ['a number and its text', '"5"', '5', []],
    ['a number inside is no text', '{"a":"5"}', '{"a":5}', ['payload.a']],
    ['a word where an object should be', '{"a":1}', 'done', ['payload']],
    ['the text absent', '{"exactly":"absent"}', 'absent', []],
  ])('%s', (_what, expected, got, places) => {
    expect(differ(expected, got)).toEqual(places)
  })

  test('what is absent', () => {
    expect(differences('absent', undefined, 'event')).toEqual([])
    expect(differences('x', undefined, 'event')).toHaveLength(1)
    expect(differences(new Map([['matches', 'x']]), undefined, 'event')).toHaveLength(1)
  })
})
