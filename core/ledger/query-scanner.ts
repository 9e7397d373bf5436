import type { QueryReport } from '../contract/call.ts'
import type { FindAnswer } from '../mango/find.ts'
import { decodeFirst } from '../mango/go-decoder.ts'
import { isObject, type Json } from '../mango/json.ts'
import type { ResultsIterator, Version } from './results.ts'

/** Documents that one `_find` is asked for (core.yaml, couchDBConfig.internalQueryLimit). */
const INTERNAL_QUERY_LIMIT = 1000

export interface ScannedDocument {
  key: string
  value: Uint8Array
  version: Version
}

/** A rich query that is fetched page by page (statecouchdb.go, queryScanner, v3.1). */
export interface QueryScanner extends ResultsIterator<ScannedDocument> {
  /** Where the next page begins, after what was fetched so far. */
  bookmark(): string
  /** What was said of the last page that was fetched, and how many documents were looked at for all of them. */
  report(): Pick<QueryReport, 'index' | 'examined' | 'warnings'>
}

/**
 * Ask for the first page at once, so that a faulty query fails here. The author's `limit` is overwritten and `skip`
 * applies to every page, as in Fabric.
 * @throws Error with Go's words for what is no JSON object; MangoError
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
  let given = 0
  let mark = bookmark
  let examined = 0

  const fetch = async () => {
    const left = pageSize > 0 ? Math.min(internalQueryLimit, pageSize - given) : internalQueryLimit
    page = await find({ ...body, limit: left, ...(mark === '' ? {} : { bookmark: mark }) })
    mark = page.bookmark
    at = 0
    examined += page.examined
  }
  const take = (): ScannedDocument | undefined => {
    const document = page.documents[at]
    if (document === undefined) return undefined
    at++
    given++
    return { key: document.id, value: document.value, version: document.version }
  }
  await fetch()

  return {
    next: () => (at === internalQueryLimit ? fetch().then(take) : take()),
    close: () => Promise.resolve(),
    bookmark: () => mark,
    report: () => ({
      ...(page.index === undefined ? {} : { index: page.index }),
      warnings: page.warnings,
      examined,
    }),
  }
}

/** applyAdditionalQueryOptions: one JSON object, whatever comes behind it. */
function decodeQuery(query: string): { [name: string]: Json } {
  const parsed = decodeFirst(query)
  // Go decodes it into a map that is nil, which Fabric then writes to.
  if (parsed === null) throw new Error('assignment to entry in nil map')
  if (!isObject(parsed)) {
    throw new Error(`json: cannot unmarshal ${goKind(parsed)} into Go value of type map[string]interface {}`)
  }
  const { fields } = parsed
  if (fields !== undefined && !Array.isArray(fields)) throw new Error('fields definition must be an array')
  // What Fabric needs of each document; so an empty list is no list of all fields any more.
  return fields === undefined ? parsed : { ...parsed, fields: [...fields, '_id', '~version'] }
}

function goKind(value: Json): string {
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? 'array' : typeof value === 'string' ? 'string' : 'number'
}
