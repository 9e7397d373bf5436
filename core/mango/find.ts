import { collateArrays } from './collation.ts'
import { compareKeys } from './key-order.ts'
import { decodeBookmark, encodeBookmark, type Position } from './bookmark.ts'
import { parseFind } from './find-request.ts'
import type { IndexDefinition } from './index-definition.ts'
import type { IndexEntry, IndexTree } from './index-tree.ts'
import type { Json } from './json.ts'
import { MangoError } from './mango-error.ts'
import { matcher } from './match.ts'
import { plan, type Plan } from './plan.ts'
import type { ReadDocument } from './read-document.ts'

/** The documents of one namespace in one snapshot of the state. `V`: what else is kept of each. */
export interface Documents<V> {
  /** In the order of the ids; undefined for those that don't exist. */
  getMany(ids: readonly string[]): Promise<(ReadDocument<V> | undefined)[]>
  /** In the byte order of their ids; `from` and `to` inclusive. */
  scan(from: string, to: string | undefined): AsyncIterableIterator<ReadDocument<V>>
  /** The index, built if it isn't yet. */
  tree(index: IndexDefinition): Promise<IndexTree>
}

interface FoundDocument<V> {
  id: string
  value: Uint8Array
  version: V
}

/** The answer to `_find`. */
export interface FindAnswer<V> {
  documents: FoundDocument<V>[]
  /** Where the next page begins; without documents the bookmark of the request, or CouchDB's `nil`. */
  bookmark: string
  warnings: string[]
  /** `ddoc/name` of the index that served it; undefined: all documents were scanned. */
  index: string | undefined
  /** Number of documents examined. */
  examined: number
}

/** Documents of an index that are fetched at once, or fewer if fewer are missing. */
const BATCH = 100

const LAST_ID = '\u{10FFFF}\u{10FFFF}'

/** CouchDB's `_find` over the ledger's own documents. @throws MangoError */
export async function find<V>(
  body: Json,
  documents: Documents<V>,
  indexes: readonly IndexDefinition[],
): Promise<FindAnswer<V>> {
  const request = parseFind(body)
  const planned = plan(request, indexes)
  const after = request.bookmark === undefined ? undefined : decodeBookmark(request.bookmark)
  const answer: FindAnswer<V> = {
    documents: [],
    bookmark: request.bookmark ?? 'nil',
    warnings: planned.warnings,
    index: planned.by === 'index' ? `${planned.index.ddoc}/${planned.index.name}` : undefined,
    examined: 0,
  }
  if (request.limit === 0) return answer
  const match = matcher(request.selector)
  let skip = request.skip
  let last: Parameters<typeof encodeBookmark>[0] | undefined
  const missing = () => request.limit + skip - answer.documents.length
  for await (const batch of candidates(planned, documents, after, missing)) {
    for (const { entry, stored } of batch) {
      answer.examined++
      if (!match(stored.document)) continue
      if (skip > 0) {
        skip--
        continue
      }
      const { id, version } = stored
      answer.documents.push({ id, value: stored.output(request.fields), version })
      last = { key: entry?.key, id: stored.id }
      if (answer.documents.length === request.limit) break
    }
    if (answer.documents.length === request.limit) break
  }
  if (last !== undefined) answer.bookmark = encodeBookmark(last)
  return withScanWarning(answer)
}

/** index_scan_warning, with CouchDB's own threshold. */
function withScanWarning<V>(answer: FindAnswer<V>): FindAnswer<V> {
  const { examined, documents } = answer
  if (examined / Math.max(1, documents.length) <= 10) return answer
  const words =
    'The number of documents examined is high in proportion to the number of results returned. Consider adding a more specific index to improve this.'
  return { ...answer, warnings: [...answer.warnings, words] }
}

interface CandidateDocument<V> {
  entry: IndexEntry | undefined
  stored: ReadDocument<V>
}

/** Documents that may match, in batches. `missing`: how many more the request needs. */
async function* candidates<V>(
  planned: Plan,
  documents: Documents<V>,
  after: Position | undefined,
  missing: () => number,
): AsyncIterableIterator<CandidateDocument<V>[]> {
  if (planned.by === 'nothing') return
  if (planned.by === 'documents') {
    for await (const candidate of byId(planned, documents, after)) yield [candidate]
    return
  }
  const tree = await documents.tree(planned.index)
  let entries: IndexEntry[] = []
  for (const entry of entriesOf(planned, tree, after)) {
    entries.push(entry)
    if (entries.length < Math.min(BATCH, missing())) continue
    yield await fetched(documents, entries)
    entries = []
  }
  if (entries.length > 0) yield await fetched(documents, entries)
}

async function fetched<V>(documents: Documents<V>, entries: readonly IndexEntry[]): Promise<CandidateDocument<V>[]> {
  const existing = await documents.getMany(entries.map(({ id }) => id))
  return entries.flatMap((entry, i) => {
    const stored = existing[i]
    return stored === undefined ? [] : [{ entry, stored }]
  })
}

/** Backwards only for a descending sort by `_id`, which is rare: it holds all documents of the range. */
async function* byId<V>(
  { from = '', to, descending }: Extract<Plan, { by: 'documents' }>,
  documents: Documents<V>,
  after: Position | undefined,
): AsyncIterableIterator<CandidateDocument<V>> {
  // A bookmark from an index doesn't apply here: CouchDB begins at the first document.
  const start = after?.key === undefined ? after?.id : undefined
  if (!descending) {
    let skip = start === undefined ? 0 : 1
    for await (const stored of documents.scan(start ?? from, to)) {
      if (skip-- <= 0) yield { entry: undefined, stored }
    }
    return
  }
  const all: ReadDocument<V>[] = []
  for await (const stored of documents.scan(from, to)) all.push(stored)
  for (const stored of all.reverse()) {
    if (start === undefined || compareKeys(stored.id, start) < 0) yield { entry: undefined, stored }
  }
}

function* entriesOf(
  planned: Extract<Plan, { by: 'index' }>,
  tree: IndexTree,
  after: Position | undefined,
): Iterable<IndexEntry> {
  const { from, to, descending } = planned
  const start = startOf(planned, after)
  const entries = descending
    ? tree.backFrom(start ?? { key: to, id: LAST_ID })
    : tree.from(start ?? { key: from, id: '' })
  const isBeyond = descending
    ? ({ key }: IndexEntry) => collateArrays(key, from) < 0
    : ({ key }: IndexEntry) => collateArrays(key, to) > 0
  // CouchDB leaves out the first entry it meets, even if the bookmark's document is gone.
  let skip = start === undefined ? 0 : 1
  for (const entry of entries) {
    if (isBeyond(entry)) return
    if (skip-- <= 0) yield entry
  }
}

/** Where a bookmark continues. One of another query names a place in another index; its key is used all the same. */
function startOf(
  { from, to, descending }: Extract<Plan, { by: 'index' }>,
  after: Position | undefined,
): IndexEntry | undefined {
  if (after === undefined) return undefined
  const start = after.key === undefined ? { key: [], id: '' } : { key: after.key, id: after.id }
  const isOutside = descending ? collateArrays(start.key, from) < 0 : collateArrays(start.key, to) > 0
  if (isOutside) throw new MangoError('query_parse_error', noRows(descending))
  return start
}

function noRows(descending: boolean): string {
  return `No rows can match your key range, reverse your start_key and end_key or set descending=${String(!descending)}`
}
