import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoreOperation } from '../../../core/ledger/store-entries.ts'
import { newVersions } from '../../../core/ledger/versions.ts'

const keys = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', 'c', '\u00ff', '\u0000') })
/** Small batches, and those of a rewind, whose keys come in any order. */
const batches = fc.array(fc.oneof(fc.array(keys, { maxLength: 5 }), fc.array(keys, { minLength: 40, maxLength: 60 })), {
  maxLength: 6,
})

test('keys are found in byte order, however many come at once', () => {
  fc.assert(
    fc.property(batches, keys, fc.boolean(), fc.boolean(), (written, from, inclusive, reverse) => {
      const versions = newVersions()
      const all = new Set<string>()
      for (const names of written) {
        versions.write(names.map((name): StoreOperation => ({ type: 'put', key: bytes(name), value: bytes(name) })))
        for (const name of names) all.add(name)
      }
      const sorted = [...all].sort()
      const expected = reverse
        ? sorted.findLast((name) => name < from || (inclusive && name === from))
        : sorted.find((name) => name > from || (inclusive && name === from))
      const next = versions.next(bytes(from), { inclusive, reverse })
      expect(next && Buffer.from(next).toString('latin1')).toBe(expected)
      for (const name of all) expect(versions.find(bytes(name), written.length)?.value).toEqual(bytes(name))
    }),
  )
})

function bytes(name: string): Buffer {
  return Buffer.from(name, 'latin1')
}
