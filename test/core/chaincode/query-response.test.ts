import { expect, test } from 'vitest'
import { QueryResponse } from '../../../core/protos/index.ts'
import { resultOf } from '../../../core/protos/query-results.ts'
import { PendingQuery } from '../../../core/chaincode/query-response.ts'

/** What Fabric answers for that many results (core/chaincode/query_response_generator.go, recorded: go-range99 … go-range250). */
const batches: [total: number, sizes: number[]][] = [
  [0, [0]],
  [1, [1]],
  [99, [99]],
  [100, [100]],
  [101, [100, 1]],
  [200, [100, 100]],
  [250, [100, 100, 50]],
]

test.each(batches)(
  '%i results come in batches of %j, and has_more is only said where more comes',
  async (total, sizes) => {
    const { query, closed } = queryOf(total)
    const seen: number[] = []
    for (let more = true; more;) {
      const { response: bytes, done } = await query.next('q')
      const response = QueryResponse.deserializeBinary(bytes)
      expect(response.getHasMore()).toBe(!done)
      expect(response.getId()).toBe('q')
      seen.push(response.getResultsList().length)
      more = response.getHasMore()
    }
    expect(seen).toEqual(sizes)
    expect(closed()).toBe(true)
  },
)

test('a query ends silently at the total limit', async () => {
  const { query, closed } = queryOf(251, 250)
  let count = 0
  for (let more = true; more;) {
    const response = QueryResponse.deserializeBinary((await query.next('q')).response)
    count += response.getResultsList().length
    more = response.getHasMore()
  }
  expect(count).toBe(250)
  expect(closed()).toBe(true)
})

function queryOf(total: number, limit = 100_000): { query: PendingQuery; closed: () => boolean } {
  let given = 0
  let closed = false
  const results = {
    next: () => Promise.resolve(given < total ? resultOf(Buffer.from(String((given += 1)))) : undefined),
    close: () => {
      closed = true
      return Promise.resolve()
    },
  }
  return { query: new PendingQuery(results, limit), closed: () => closed }
}
