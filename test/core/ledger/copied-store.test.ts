import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copiedStore } from '../../../core/ledger/copied-store.ts'
import { openStore, type Store, type StoreRange } from '../../../core/ledger/store.ts'
import type { StoreOperation } from '../../../core/ledger/store-entries.ts'
import { tempFolder } from '../../support/temp.ts'

const key = fc.constantFrom('a', 'b', 'ba', 'c', 'd', 'é', 'f').map((text) => Buffer.from(text))
const operation: fc.Arbitrary<StoreOperation> = fc.oneof(
  fc.record({ type: fc.constant('put' as const), key, value: fc.uint8Array({ minLength: 1, maxLength: 2 }) }),
  fc.record({ type: fc.constant('del' as const), key }),
)
const batch = fc.array(operation, { maxLength: 5 })
const range = fc.record({
  from: fc.constantFrom('', 'b', 'c'),
  to: fc.constantFrom('c', 'e', '\u{10ffff}'),
  reverse: fc.boolean(),
  limit: fc.constantFrom(undefined, 1, 3),
})

async function entries(store: Store, wanted: StoreRange): Promise<string[]> {
  const iterator = store.iterate(wanted)
  const found: string[] = []
  for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
    found.push(`${Buffer.from(entry[0]).toString()}=${Buffer.from(entry[1]).toString('hex')}`)
  }
  await iterator.close()
  return found
}

const hex = (value: Uint8Array | undefined) => value && Buffer.from(value).toString('hex')

test('a copy reads as a store with the same writes, also through a snapshot, and leaves the store as it is', async () => {
  await fc.assert(
    fc.asyncProperty(batch, batch, batch, range, async (before, first, second, { from, to, ...how }) => {
      const wanted = { from: Buffer.from(from), to: Buffer.from(to), ...how }
      const all = { from: Buffer.from(''), to: Buffer.from('\u{10ffff}') }
      const [base, model] = [await openStore(await tempFolder('base')), await openStore(await tempFolder('model'))]
      for (const store of [base, model]) await store.write(before, { sync: false })
      const untouched = await entries(base, all)
      const copy = copiedStore(base)
      for (const store of [copy, model]) await store.write(first, { sync: false })
      const snapshots = { copy: copy.snapshot(), model: model.snapshot() }
      for (const store of [copy, model]) await store.write(second, { sync: false })
      expect(await entries(copy, wanted)).toEqual(await entries(model, wanted))
      expect(await entries(copy, { ...wanted, snapshot: snapshots.copy })).toEqual(
        await entries(model, { ...wanted, snapshot: snapshots.model }),
      )
      for (const { key: each } of [...before, ...first, ...second]) {
        expect(hex(copy.get(each))).toBe(hex(model.get(each)))
        expect(hex(copy.get(each, snapshots.copy))).toBe(hex(model.get(each, snapshots.model)))
      }
      expect(await entries(base, all)).toEqual(untouched)
      for (const snapshot of Object.values(snapshots)) snapshot.close()
      for (const store of [copy, base, model]) await store.close()
    }),
    { numRuns: 60 },
  )
})
