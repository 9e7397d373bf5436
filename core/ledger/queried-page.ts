import { PeerError } from '../contract/error.ts'
import type { StatePage } from '../contract/world-state.ts'
import { startQuery } from './query-scanner.ts'
import { entryOf } from './state-pages.ts'
import type { QueriedChannel, StateQueries } from './state-queries.ts'

const MAX_PAGE = 1000

interface PageQuery {
  /** May be that of a private collection. */
  namespace: string
  query: string
  /** Where the page before ended. */
  from?: string
  limit: number
}

/** What a rich query selects, for people: nothing is recorded. @throws PeerError QUERY_REFUSED */
export async function readQueriedPage(
  channel: QueriedChannel,
  queries: StateQueries | undefined,
  { namespace, query, from = '', limit }: PageQuery,
): Promise<StatePage> {
  if (queries === undefined) {
    const message = 'The state database is goleveldb, which has no rich queries.'
    throw new PeerError('QUERY_REFUSED', { message, engine: 'goleveldb' })
  }
  const pageSize = Math.max(1, Math.min(limit, MAX_PAGE))
  const { internalQueryLimit } = queries
  const snapshot = channel.snapshot()
  const view = queries.view(snapshot.state, () => snapshot.height)
  try {
    const page = { bookmark: from, pageSize, internalQueryLimit }
    const scanner = await startQuery((body) => view.find(namespace, body), query, page)
    const entries: StatePage['entries'] = []
    try {
      for (let found = await scanner.next(); found !== undefined; found = await scanner.next()) {
        entries.push(entryOf(found.key, found.value, found.version))
      }
      const next = entries.length < pageSize ? {} : { next: scanner.bookmark() }
      return { entries, ...next, report: scanner.report() }
    } finally {
      await scanner.close()
    }
  } catch (error) {
    if (error instanceof PeerError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('QUERY_REFUSED', { message, engine: 'couchdb' }, { cause: error })
  } finally {
    view.close()
    snapshot.close()
  }
}
