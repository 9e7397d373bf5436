import type { ResultsIterator } from '../ledger/ledger.ts'
import { QueryResponse, QueryResultBytes } from '../protos/index.ts'

/** Results of one answer to a query that is not paginated (Fabric core/chaincode/handler.go, MaxResultLimit). */
export const MAX_RESULT_LIMIT = 100

/** Results of one query at the most; then it ends without an error (core.yaml, ledger.state.totalQueryLimit). */
export const TOTAL_QUERY_LIMIT = 100_000

/**
 * A query whose results the chaincode fetches batch by batch. It looks one result ahead, so that `has_more` is
 * only said where more will come: Node and Java iterators fail on an empty batch
 * (Fabric core/chaincode/query_response_generator.go, since 1.1).
 */
export class PendingQuery {
  readonly #results: ResultsIterator<Uint8Array>
  #ahead: Uint8Array | undefined
  #given = 0

  /** Each result marshalled: a queryresult.KV or KeyModification. */
  constructor(results: ResultsIterator<Uint8Array>) {
    this.#results = results
  }

  /** The next batch as a QueryResponse with this id; closes itself after the last one. */
  async next(id: string): Promise<{ response: QueryResponse; done: boolean }> {
    const batch: Uint8Array[] = []
    let hasMore = false
    for (;;) {
      const result = this.#ahead ?? (await this.#fetch())
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

  async #fetch(): Promise<Uint8Array | undefined> {
    if (this.#given === TOTAL_QUERY_LIMIT) return undefined
    const result = await this.#results.next()
    if (result !== undefined) this.#given += 1
    return result
  }
}

export function queryResponse(
  results: Uint8Array[],
  about: { id: string; hasMore?: boolean; metadata?: Uint8Array },
): QueryResponse {
  const response = new QueryResponse()
  response.setResultsList(
    results.map((bytes) => {
      const result = new QueryResultBytes()
      result.setResultbytes(bytes)
      return result
    }),
  )
  response.setHasMore(about.hasMore ?? false)
  response.setId(about.id)
  if (about.metadata !== undefined) response.setMetadata(about.metadata)
  return response
}
