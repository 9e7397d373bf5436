import type { PeerError } from '../../contract/error.ts'
import type { IndexDefinition } from '../../mango/index-definition.ts'
import { isObject, type Json, type JsonObject } from '../../mango/json.ts'
import { listOf, refusedBy, type CouchAnswer, type CouchClient } from './couch-client.ts'
import { writeDocuments, type DocumentWrite } from './document-writes.ts'

/** Ids in one answer. */
const PAGE = 1000

/** One database. Throws COUCHDB_REFUSED for what CouchDB refuses, and what the client throws. */
export interface CouchDatabase {
  readonly name: string
  /** Create it if it doesn't exist. */
  create(): Promise<void>
  drop(): Promise<void>
  /** undefined if the document or the database doesn't exist. */
  read(id: string): Promise<JsonObject | undefined>
  /** Put and delete documents, whatever revision they have. */
  write(documents: readonly DocumentWrite[]): Promise<void>
  /** Ids of all documents except design documents, a page at a time. */
  ids(): AsyncIterableIterator<string[]>
  /** Replace its indexes. A refusal is thrown after the other indexes are created. */
  setIndexes(indexes: readonly IndexDefinition[]): Promise<void>
  ask(path: '_find' | '_explain', body: Json): Promise<CouchAnswer>
}

export function couchDatabase(client: CouchClient, name: string): CouchDatabase {
  const refused = (answer: CouchAnswer, key?: string) => refusedBy(client, name, answer, key)
  const must = async (...request: Parameters<CouchClient['request']>): Promise<Json> => {
    const answer = await client.request(...request)
    if (answer.status >= 400) throw refused(answer)
    return answer.body
  }

  return {
    name,
    async create() {
      const answer = await client.request('PUT', [name])
      // 412: it already exists.
      if (answer.status >= 400 && answer.status !== 412) throw refused(answer)
    },
    async drop() {
      const answer = await client.request('DELETE', [name])
      if (answer.status >= 400 && answer.status !== 404) throw refused(answer)
    },
    async read(id) {
      const answer = await client.request('GET', [name, id])
      if (answer.status === 404) return undefined
      if (answer.status >= 400 || !isObject(answer.body)) throw refused(answer, id)
      return answer.body
    },
    write: (documents) => writeDocuments(client, name, documents),
    async *ids() {
      for (let from: string | undefined; ;) {
        const query: JsonObject = from === undefined ? { limit: PAGE } : { limit: PAGE, start_key: from, skip: 1 }
        const rows = listOf(await must('POST', [name, '_all_docs'], query), 'rows')
        const ids = rows.map((row) => row['id']).filter((id) => typeof id === 'string')
        yield ids.filter((id) => !id.startsWith('_design/'))
        from = ids.at(-1)
        if (from === undefined || ids.length < PAGE) return
      }
    },
    async setIndexes(indexes) {
      const existing = listOf(await must('GET', [name, '_index']), 'indexes').filter(({ type }) => type === 'json')
      for (const { design, index } of existing.map(nameOfIndex)) {
        if (indexes.some((kept) => kept.ddoc === design && kept.name === index)) continue
        await must('DELETE', [name, '_index', design, 'json', index])
      }
      let first: PeerError | undefined
      for (const { ddoc, name: index, definition } of indexes) {
        const answer = await client.request('POST', [name, '_index'], {
          index: definition,
          ddoc,
          name: index,
          type: 'json',
        })
        if (answer.status >= 400) first ??= refused(answer, `${ddoc}/${index}`)
      }
      if (first !== undefined) throw first
    },
    ask: (path, body) => client.request('POST', [name, path], body),
  }
}

/** The names in CouchDB's description of an index: of its design document, without `_design/`, and its own. */
export function nameOfIndex({ ddoc, name }: JsonObject): { design: string; index: string } {
  const design = typeof ddoc === 'string' ? ddoc.replace(/^_design\//, '') : ''
  return { design, index: typeof name === 'string' ? name : '' }
}
