import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collate } from '../../../core/mango/collation.ts'
import type { Json } from '../../../core/mango/json.ts'

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 2 }), tie('json'), { maxKeys: 3 }),
  ),
}))

test('CouchDB’s collation is a total order', () => {
  fc.assert(
    fc.property(json, json, json, (a, b, c) => {
      expect(Math.sign(collate(a, b))).toBe(0 - Math.sign(collate(b, a)))
      expect(collate(a, a)).toBe(0)
      const [low, middle, high] = [a, b, c].sort(collate)
      if (low === undefined || middle === undefined || high === undefined) throw new Error('three make three')
      expect(collate(low, middle)).toBeLessThanOrEqual(0)
      expect(collate(middle, high)).toBeLessThanOrEqual(0)
      expect(collate(low, high)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 2000 },
  )
})
