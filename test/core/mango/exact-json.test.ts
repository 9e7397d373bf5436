import { expect, test } from 'vitest'
import { collate } from '../../../core/mango/collation.ts'
import { documentOf, valueOf } from '../../../core/mango/document.ts'
import { parseDocument, parseQuery } from '../../../core/mango/exact-json.ts'
import { matcher } from '../../../core/mango/match.ts'
import { normalize } from '../../../core/mango/selector.ts'

test.each([
  ['1', 1, 1],
  ['9007199254740991', 9007199254740991, 9007199254740991],
  ['12345678901234567890', 12345678901234567890n, 12345678901234567000n],
  ['-12345678901234567890', -12345678901234567890n, -12345678901234567000n],
  ['1e20', 1e20, 100000000000000000000n],
  ['1e21', 1e21, 1e21],
  ['1234567890.12345678', 1234567890.1234567, 1234567890.1234567],
  ['"12345678901234567890"', '12345678901234567890', '12345678901234567890'],
  [
    '{"a\\"1234567890123456":[12345678901234567890]}',
    { 'a"1234567890123456': [12345678901234567890n] },
    { 'a"1234567890123456': [12345678901234567000n] },
  ],
])('%s in a query and in a document', (text, query, document) => {
  expect(parseQuery(text)).toEqual(query)
  expect(parseDocument(text)).toEqual({ json: document, isFaulty: false })
})

test('a large integer is found by what Go has left of it, and by nothing else', () => {
  const document = documentOf('k', Buffer.from('{"n":12345678901234567890}'))
  const found = (selector: string) => matcher(normalize(parseQuery(selector)))(document)
  expect(found('{"n":12345678901234567000}')).toBe(true)
  expect(found('{"n":12345678901234567890}')).toBe(false)
  expect(found('{"n":{"$lt":12345678901234567001}}')).toBe(true)
  expect(found('{"n":{"$gt":1.5}}')).toBe(true)
  expect(found('{"n":{"$type":"number"}}')).toBe(true)
  expect(found('{"n":{"$mod":[10,0]}}')).toBe(true)
  expect(found('{"n":{"$lt":"text"}}')).toBe(true)
  expect(valueOf(document).toString()).toBe('{"n":12345678901234567000}')
})

test('large and small integers and floats have one order', () => {
  const numbers = [-(10n ** 20n), -1.5, 0, 2, 2.5, 9007199254740993n, 10n ** 20n, 1e21]
  const shuffled = [...numbers].reverse()
  expect(shuffled.sort(collate)).toEqual(numbers)
})
