import type { ResultsIterator } from '../ledger/results.ts'
import { queryResponse } from '../protos/query-results.ts'

/** Results of one answer to a query that is not paginated (Fabric core/chaincode/handler.go, MaxResultLimit). */
export const MAX_RESULT_LIMIT = 100

/**
 * A query whose results the chaincode fetches batch by batch. It looks one result ahead, so that `has_more` is
 * only set if more will come: Node and Java iterators fail on an empty batch
 * (Fabric core/chaincode/query_response_generator.go, since 1.1).
 */
export class PendingQuery {
  readonly #results: ResultsIterator<Uint8Array>
  readonly #limit: number
  #ahead: Uint8Array | undefined
  #given = 0

  /** @param results each as encoded in a QueryResponse; after `limit` of them the query ends without an error */
  constructor(results: ResultsIterator<Uint8Array>, limit: number) {
    this.#results = results
    this.#limit = limit
  }

  /** The next batch as a QueryResponse with this id; closes itself after the last one. */
  async next(id: string): Promise<{ response: Uint8Array; done: boolean }> {
    const batch: Uint8Array[] = []
    let hasMore = false
    for (;;) {
      const found = this.#ahead ?? this.#fetch()
      const result = found instanceof Promise ? await found : found
      this.#ahead = undefined
      if (result === undefined) break
      if (batch.length === MAX_RESULT_LIMIT) {
        this.#ahead = result
        hasMore = true
        break
      }
      batch.push(result)
    }
    if (!hasMore) await this.close()
    return { response: queryResponse(batch, { id, hasMore }), done: !hasMore }
  }

  async close(): Promise<void> {
    await this.#results.close()
  }

  #fetch(): ReturnType<ResultsIterator<Uint8Array>['next']> {
    if (this.#given === this.#limit) return undefined
    this.#given += 1
    return this.#results.next()
  }
}
