import type { QueryReport } from '../contract/call.ts'
import type { FindAnswer } from '../mango/find.ts'
import { decodeFirst } from '../mango/go-decoder.ts'
import { isObject, type Json } from '../mango/json.ts'
import type { ResultsIterator, Version } from './results.ts'

/** Documents that one `_find` asks for (core.yaml, couchDBConfig.internalQueryLimit). */
const INTERNAL_QUERY_LIMIT = 1000

export interface ScannedDocument {
  key: string
  value: Uint8Array
  version: Version
}

/** A rich query that is fetched page by page (statecouchdb.go, queryScanner, v3.1). */
export interface QueryScanner extends ResultsIterator<ScannedDocument> {
  /** Where the next page begins. */
  bookmark(): string
  /** Index and warnings of the last page fetched, and the number of documents examined for all pages. */
  report(): Pick<QueryReport, 'index' | 'examined' | 'warnings'>
}

/**
 * Fetches the first page at once, so that a faulty query fails here. The author's `limit` is overwritten and `skip`
 * applies to every page, as in Fabric.
 * @throws Error with Go's text if the query isn't a JSON object; MangoError
 */
export async function startQuery(
  find: (body: Json) => Promise<FindAnswer<Version>>,
  query: string,
  {
    bookmark = '',
    pageSize = 0,
    internalQueryLimit = INTERNAL_QUERY_LIMIT,
  }: { bookmark?: string; pageSize?: number; internalQueryLimit?: number | undefined } = {},
): Promise<QueryScanner> {
  const body = decodeQuery(query)
  let page: FindAnswer<Version>
  let at = 0
  let taken = 0
  let nextBookmark = bookmark
  let examined = 0

  const fetch = async () => {
    const left = pageSize > 0 ? Math.min(internalQueryLimit, pageSize - taken) : internalQueryLimit
    const position = nextBookmark === '' ? {} : { bookmark: nextBookmark }
    page = await find({ ...body, limit: left, ...position })
    nextBookmark = page.bookmark
    at = 0
    examined += page.examined
  }
  const take = (): ScannedDocument | undefined => {
    const document = page.documents[at]
    if (document === undefined) return undefined
    at++
    taken++
    return { key: document.id, value: document.value, version: document.version }
  }
  await fetch()

  return {
    next: () => (at === internalQueryLimit ? fetch().then(take) : take()),
    close: () => Promise.resolve(),
    bookmark: () => nextBookmark,
    report: () => ({ index: page.index, warnings: page.warnings, examined }),
  }
}

/** applyAdditionalQueryOptions: reads one JSON object and ignores what follows it. */
function decodeQuery(query: string): { [name: string]: Json } {
  const parsed = decodeFirst(query)
  // Go decodes null into a nil map, which Fabric then writes to.
  if (parsed === null) throw new Error('assignment to entry in nil map')
  if (!isObject(parsed)) {
    throw new Error(`json: cannot unmarshal ${goKind(parsed)} into Go value of type map[string]interface {}`)
  }
  const { fields } = parsed
  if (fields !== undefined && !Array.isArray(fields)) throw new Error('fields definition must be an array')
  // Fabric needs these two of each document, so an empty list no longer means all fields.
  return fields === undefined ? parsed : { ...parsed, fields: [...fields, '_id', '~version'] }
}

function goKind(value: Json): string {
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? 'array' : typeof value === 'string' ? 'string' : 'number'
}
