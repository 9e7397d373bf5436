import { expect, test } from 'vitest'
import { MangoError } from '../../../core/mango/mango-error.ts'
import { matcher } from '../../../core/mango/match.ts'
import { normalize } from '../../../core/mango/selector.ts'
import { cases, documents, refused } from './cases.ts'

test.each(cases)('$selector finds [$finds]: $source', ({ selector, finds }) => {
  const match = matcher(normalize(selector))
  const found = Object.entries(documents).filter(([id, document]) => match({ ...(document as object), _id: id }))
  expect(found.map(([id]) => id).join(' ')).toBe(finds)
})

test.each(refused)('$selector is refused with $error: $source', ({ selector, error }) => {
  expect(errorOf(() => normalize(selector))).toBe(error)
})

test('the table has what it says', () => {
  expect(cases.length + refused.length).toBeGreaterThanOrEqual(200)
})

function errorOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (thrown) {
    return thrown instanceof MangoError ? thrown.error : String(thrown)
  }
}
