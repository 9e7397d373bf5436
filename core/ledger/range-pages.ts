import { firstResults } from './first-results.ts'
import type { KeyValue, RangePage, ResultsIterator } from './results.ts'
import type { StateQueries } from './state-queries.ts'
import type { WorldState } from './world-state.ts'

/** The pages of ranges that one simulation reads, and where each next one begins. */
export class RangePages {
  readonly #state: WorldState
  readonly #queries: Pick<StateQueries, 'refusalOf' | 'lastBookmark'> | undefined
  readonly #ends = new Set<string>()

  /** `queries`: the state database, which decides how a range ends. */
  constructor(state: WorldState, queries: Pick<StateQueries, 'refusalOf' | 'lastBookmark'> | undefined) {
    this.#state = state
    this.#queries = queries
  }

  /** The first `pageSize` results of the range, which is closed then. */
  async take(
    range: ResultsIterator<KeyValue>,
    { namespace, start, end, pageSize }: { namespace: string; start: string; end: string; pageSize: number },
  ): Promise<RangePage> {
    try {
      const { results, isExhausted } = await firstResults(range, pageSize)
      const next = isExhausted ? undefined : await this.#keyAfter(namespace, results.at(-1)?.key ?? start, end)
      return { results, bookmark: next ?? this.#lastBookmark(end) }
    } finally {
      await range.close()
    }
  }

  /** The ends of ranges whose last page was read, where the state database stands for CouchDB and ends them otherwise. */
  lastPages(): string[] {
    return [...this.#ends]
  }

  /** The next key, which doesn't count as read; undefined if the range has no more. */
  async #keyAfter(namespace: string, key: string, end: string): Promise<string | undefined> {
    const rest = this.#state.scan(namespace, `${key}\0`, end)
    try {
      return (await rest.next())?.key
    } finally {
      await rest.close()
    }
  }

  #lastBookmark(end: string): string {
    if (this.#queries?.refusalOf !== undefined && end !== '') this.#ends.add(end)
    return this.#queries?.lastBookmark?.(end) ?? ''
  }
}
