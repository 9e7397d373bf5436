import { expect, test } from 'vitest'
import { jsonDifferences } from '../../../core/gateway/json-differences.ts'
import { likelyCause } from '../../../core/gateway/likely-cause.ts'

const AT = Date.parse('2026-11-30T13:20:22Z')

test.each([
  ['time', '2026-11-30T13:20:22.417Z', '2026-11-30T13:20:22.530Z'],
  ['time', String(AT), String(AT + 120)],
  ['time', String(AT / 1000), String(AT / 1000 + 1)],
  ['time', `${AT}000000`, `${AT + 3}000000`],
  ['time', 'made at 2026-11-30 13:20:22.41 +0000 UTC m=+1.02', 'made at 2026-11-30 13:20:22.52 +0000 UTC m=+0.93'],
  ['time', '11/30/2026, 1:20:22 PM', '11/30/2026, 1:20:23 PM'],
  ['order', 'a,b,c', 'c,a,b'],
  ['order', '{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['locale', '1,234.50', '1.234,50'],
  ['organisation', 'by Org1MSP', 'by Org2MSP'],
  ['memory', 'b1946ac9-2e2b-4f4c-9a3f-1a2b3c4d5e6f', '0c9d8e7f-1a2b-4c3d-8e9f-6a5b4c3d2e1f'],
  ['memory', '0.7312', '0.1123'],
  ['memory', '7', '3'],
  ['unknown', 'red', 'blue'],
])('%s: %s, %s', (cause, a, b) => {
  expect(likelyCause({ mspId: 'Org1MSP', text: a }, { mspId: 'Org2MSP', text: b }, AT)).toBe(cause)
})

test('what only one has is not guessed at', () => {
  expect(likelyCause({ mspId: 'Org1MSP', text: undefined }, { mspId: 'Org2MSP', text: '7' }, AT)).toBe('unknown')
})

test('fields that differ are named by their path', () => {
  const a = '{"name":"a","lines":[{"price":1},{"price":2}],"tags":["x","y"]}'
  const b = '{"name":"a","lines":[{"price":1},{"price":3}],"tags":["y","x"],"late":true}'
  expect(jsonDifferences(a, b)).toEqual([
    { field: 'lines[1].price', texts: ['2', '3'] },
    { field: 'tags', texts: ['["x","y"]', '["y","x"]'] },
    { field: 'late', texts: [undefined, 'true'] },
  ])
  expect(jsonDifferences('{"a":1,"b":2}', '{"b":2,"a":1}')).toEqual([])
  expect(jsonDifferences('plain', '{}')).toBeUndefined()
})
