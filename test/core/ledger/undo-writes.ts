import fc from 'fast-check'
import type { TxSimulator } from '../../../core/ledger/ledger.ts'
import { NS } from './envelopes.ts'

/** What a transaction of the property tests writes. */
export type Write =
  | { do: 'put'; key: string; value: string }
  | { do: 'delete' | 'mark' | 'unmark'; key: string }
  | { do: 'private'; collection: string; key: string; value: string }
  | { do: 'purge' | 'forget'; collection: string; key: string }

const key = fc.constantFrom('a', 'b', '\u{1F600}')
const collection = fc.constantFrom('both', 'brief')
export const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key,
      value: fc.constantFrom('{"n":1}', '{"n":2}', `{"n":3,"x":"${'x'.repeat(60)}"}`),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'mark' as const, 'unmark' as const), key }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('private' as const),
      collection,
      key,
      value: fc.constantFrom('1', 'y'.repeat(60)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('purge' as const, 'forget' as const), collection, key }) },
)

export function perform(simulator: TxSimulator, one: Write): void {
  switch (one.do) {
    case 'put':
      return simulator.setState(NS, one.key, Buffer.from(one.value))
    case 'delete':
      return simulator.deleteState(NS, one.key)
    case 'mark':
      return simulator.setStateMetadata(NS, one.key, new Map([['mark', Buffer.from('m')]]))
    case 'unmark':
      return simulator.setStateMetadata(NS, one.key, new Map())
    case 'private':
      return simulator.setPrivateData(NS, one.collection, one.key, Buffer.from(one.value))
    case 'purge':
      return simulator.purgePrivateData(NS, one.collection, one.key)
    case 'forget':
      return simulator.deletePrivateData(NS, one.collection, one.key)
  }
}
