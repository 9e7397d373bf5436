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

/** The documents of one namespace, as one snapshot of the state shows them. `V` is whatever else is kept of them. */
export interface Documents<V> {
  /** Those of these that are there, in their order. */
  getMany(ids: readonly string[]): Promise<(ReadDocument<V> | undefined)[]>
  /** In the order of the bytes of their ids; `from` inclusive, `to` inclusive. */
  scan(from: string, to: string | undefined): AsyncIterableIterator<ReadDocument<V>>
  /** The index, built where it is not there yet. */
  tree(index: IndexDefinition): Promise<IndexTree>
}

interface FoundDocument<V> {
  id: string
  value: Uint8Array
  version: V
}

/** What `_find` answers. */
export interface FindAnswer<V> {
  documents: FoundDocument<V>[]
  /** Where the next page begins; `nil` where there was nothing and none was given, as CouchDB says. */
  bookmark: string
  warnings: string[]
  /** The index that served it: `ddoc/name`; undefined: all documents were gone through. */
  index: string | undefined
  /** Documents that were looked at. */
  examined: number
}

/** Documents of an index that are fetched at once; never more than are still missing. */
const BATCH = 100

const LAST_ID = '\u{10FFFF}\u{10FFFF}'

/** CouchDB's `_find` over documents that are here. @throws MangoError */
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
      answer.documents.push({ id, value: stored.given(request.fields), version })
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

interface Found<V> {
  entry: IndexEntry | undefined
  stored: ReadDocument<V>
}

/** What may match, in batches. `missing`: how many more are wanted. */
async function* candidates<V>(
  planned: Plan,
  documents: Documents<V>,
  after: Position | undefined,
  missing: () => number,
): AsyncIterableIterator<Found<V>[]> {
  if (planned.by === 'nothing') return
  if (planned.by === 'documents') {
    for await (const found of byId(planned, documents, after)) yield [found]
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

async function fetched<V>(documents: Documents<V>, entries: readonly IndexEntry[]): Promise<Found<V>[]> {
  const found = await documents.getMany(entries.map(({ id }) => id))
  return entries.flatMap((entry, i) => {
    const stored = found[i]
    return stored === undefined ? [] : [{ entry, stored }]
  })
}

/** Backwards only where the sort is by `_id`, which is asked for rarely: then all ids of the range are held. */
async function* byId<V>(
  { from = '', to, descending }: Extract<Plan, { by: 'documents' }>,
  documents: Documents<V>,
  after: Position | undefined,
): AsyncIterableIterator<Found<V>> {
  // One of an index says nothing here: CouchDB begins at the first document.
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
  { from, to, descending }: Extract<Plan, { by: 'index' }>,
  tree: IndexTree,
  after: Position | undefined,
): Iterable<IndexEntry> {
  // A bookmark of another query names a place in another index: there, its key is one as good as any.
  const start = after === undefined ? undefined : { key: after.key ?? [], id: after.key === undefined ? '' : after.id }
  if (start !== undefined && (descending ? collateArrays(start.key, from) < 0 : collateArrays(start.key, to) > 0)) {
    throw new MangoError('query_parse_error', noRows(descending))
  }
  // CouchDB leaves out whatever it meets first, also where the document of the bookmark is gone.
  let skip = start === undefined ? 0 : 1
  if (descending) {
    for (const entry of tree.backFrom(start ?? { key: to, id: LAST_ID })) {
      if (collateArrays(entry.key, from) < 0) return
      if (skip-- <= 0) yield entry
    }
    return
  }
  for (const entry of tree.from(start ?? { key: from, id: '' })) {
    if (collateArrays(entry.key, to) > 0) return
    if (skip-- <= 0) yield entry
  }
}

function noRows(descending: boolean): string {
  return `No rows can match your key range, reverse your start_key and end_key or set descending=${String(!descending)}`
}
