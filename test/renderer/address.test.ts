import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, placeOf, type Place } from '../../renderer/view/address.ts'

test.each<[Place, string]>([
  [{ screen: 'run' }, '#/run'],
  [{ screen: 'blocks', block: { number: 12, tx: 1 } }, '#/blocks/12/1'],
  [{ screen: 'call', function: 'org.a:Create', args: [] }, '#/call/org.a%3ACreate'],
  [
    { screen: 'call', function: 'Create', args: [{ text: 'a b&c', encoding: 'utf8' }], call: 7 },
    '#/call/Create?call=7&arg=a+b%26c',
  ],
  [{ screen: 'state', state: { key: 'asset1' } }, '#/state?key=asset1'],
  [
    {
      screen: 'state',
      state: { namespace: 'b', collection: 'c', mspId: 'Org2MSP', by: 'contains', find: 'x', key: 'k' },
    },
    '#/state?namespace=b&collection=c&as=Org2MSP&by=contains&find=x&key=k',
  ],
])('%j has the address %s', (place, address) => {
  expect(addressOf(place)).toBe(address)
  expect(placeOf(address)).toMatchObject(place)
})

test('whatever is typed comes back from its address', () => {
  const plain = { noNullPrototype: true }
  const argument = fc.record(
    { text: fc.string({ unit: 'grapheme' }), encoding: fc.constantFrom('utf8' as const, 'base64' as const) },
    plain,
  )
  const place = fc.record(
    {
      screen: fc.constant('call' as const),
      function: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      chaincode: fc.option(fc.string(), { nil: undefined }),
      args: fc.array(argument, { maxLength: 5 }),
      call: fc.option(fc.nat(), { nil: undefined }),
    },
    plain,
  )
  fc.assert(
    fc.property(place, (typed) => {
      expect(placeOf(addressOf(typed))).toMatchObject(typed)
    }),
  )
})

test('any key and any search comes back from its address', () => {
  const text = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined })
  const state = fc.record({ channel: text, namespace: text, collection: text, mspId: text, find: text, key: text })
  fc.assert(
    fc.property(state, (shown) => {
      expect(placeOf(addressOf({ screen: 'state', state: shown }))?.state).toEqual({ ...shown, by: undefined })
    }),
  )
})

test('arguments that no address holds are left out', () => {
  const args = [{ text: 'x'.repeat(5_000), encoding: 'utf8' as const }]
  expect(addressOf({ screen: 'call', function: 'f', args })).toBe('#/call/f')
})

test.each(['', '#', '#/', '#/nowhere', '#/__proto__', '#/%', 'x'])('%j is no address of the window', (hash) => {
  expect(placeOf(hash)).toBeUndefined()
})

test.each(['#/blocks/-1', '#/blocks/x', '#/blocks/1e9', '#/blocks/99999999999999999999'])(
  '%s names no block',
  (hash) => {
    expect(placeOf(hash)?.block).toBeUndefined()
  },
)
