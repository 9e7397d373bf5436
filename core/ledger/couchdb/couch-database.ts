import { PeerError } from '../../contract/error.ts'
import { isObject, own, type Json, type JsonObject } from '../../mango/json.ts'
import type { IndexDefinition } from '../../mango/index-definition.ts'
import { refusal, type CouchAnswer, type CouchClient } from './couch-client.ts'

/** Documents in one request (core.yaml, couchDBConfig.maxBatchUpdateSize) and about their bytes. */
const BATCH = 1000
const BATCH_BYTES = 4 << 20

/** A document to be; made when its revision is known. `make` undefined: to be deleted. */
export interface DocumentWrite {
  key: string
  size: number
  make: ((rev: string | undefined) => JsonObject) | undefined
}

/** One database. What CouchDB refuses is thrown as COUCHDB_REFUSED; COUCHDB_UNREACHABLE and its like come from below. */
export interface CouchDatabase {
  readonly name: string
  /** Make it where it is not there. */
  create(): Promise<void>
  drop(): Promise<void>
  /** undefined where there is no such document or no such database. */
  read(id: string): Promise<JsonObject | undefined>
  /** Put and delete documents, whatever revision they have. */
  write(documents: readonly DocumentWrite[]): Promise<void>
  /** Ids of all documents but designs, a page at a time. */
  ids(): AsyncIterableIterator<string[]>
  /** Make its indexes these. One that is refused is thrown when the others are made. */
  setIndexes(indexes: readonly IndexDefinition[]): Promise<void>
  ask(path: '_find' | '_explain', body: Json): Promise<CouchAnswer>
}

export function couchDatabase(client: CouchClient, name: string): CouchDatabase {
  const refused = (answer: CouchAnswer, key?: string) => {
    const { status, error, reason } = refusal(answer)
    const details = { address: client.address, database: name, message: `${error}, ${status}: ${reason}` }
    return new PeerError('COUCHDB_REFUSED', key === undefined ? details : { ...details, key })
  }
  const must = async (...request: Parameters<CouchClient['request']>): Promise<Json> => {
    const answer = await client.request(...request)
    if (answer.status >= 400) throw refused(answer)
    return answer.body
  }

  const revisions = async (keys: string[]): Promise<Map<string, string>> => {
    const rows = listOf(await must('POST', [name, '_all_docs'], { keys }), 'rows')
    const found = new Map<string, string>()
    for (const row of rows) {
      const value = own(row, 'value')
      if (!isObject(value) || value['deleted'] === true) continue
      if (typeof row['key'] === 'string' && typeof value['rev'] === 'string') found.set(row['key'], value['rev'])
    }
    return found
  }

  const writeBatch = async (batch: readonly DocumentWrite[]): Promise<void> => {
    const revs = await revisions(batch.map(({ key }) => key))
    const docs = batch.flatMap(({ key, make }): JsonObject[] => {
      const rev = revs.get(key)
      if (make !== undefined) return [make(rev)]
      return rev === undefined ? [] : [{ _id: key, _rev: rev, _deleted: true }]
    })
    if (docs.length === 0) return
    const answer = await client.request('POST', [name, '_bulk_docs'], { docs })
    if (answer.status >= 400) {
      // One that is too large fails the whole request, without a word which one it is.
      const only = docs.length === 1 ? batch[0]?.key : undefined
      if (only !== undefined || batch.length === 1) throw refused(answer, only)
      const half = Math.ceil(batch.length / 2)
      await writeBatch(batch.slice(0, half))
      await writeBatch(batch.slice(half))
      return
    }
    for (const result of Array.isArray(answer.body) ? answer.body : []) {
      if (!isObject(result) || result['error'] === undefined) continue
      throw refused(
        { status: answer.status, body: result },
        typeof result['id'] === 'string' ? result['id'] : undefined,
      )
    }
  }

  return {
    name,
    async create() {
      const answer = await client.request('PUT', [name])
      // 412: it is there already.
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
    async write(documents) {
      for (const batch of batches(documents)) await writeBatch(batch)
    },
    async *ids() {
      for (let from: string | undefined; ;) {
        const query = { limit: BATCH, ...(from === undefined ? {} : { start_key: from, skip: 1 }) }
        const rows = listOf(await must('POST', [name, '_all_docs'], query), 'rows')
        const ids = rows.map((row) => row['id']).filter((id) => typeof id === 'string')
        yield ids.filter((id) => !id.startsWith('_design/'))
        from = ids.at(-1)
        if (from === undefined || ids.length < BATCH) return
      }
    },
    async setIndexes(indexes) {
      const there = listOf(await must('GET', [name, '_index']), 'indexes').filter((one) => one['type'] === 'json')
      for (const { design, index } of there.map(nameOfIndex)) {
        if (indexes.some((one) => one.ddoc === design && one.name === index)) continue
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

function* batches(documents: readonly DocumentWrite[]): Generator<DocumentWrite[]> {
  let batch: DocumentWrite[] = []
  let bytes = 0
  for (const document of documents) {
    if (batch.length === BATCH || (batch.length > 0 && bytes + document.size > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(document)
    bytes += document.size
  }
  if (batch.length > 0) yield batch
}

function listOf(body: Json, name: string): JsonObject[] {
  const list = isObject(body) ? body[name] : undefined
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** What CouchDB says of an index: its design document, without `_design/`, and its name in it. */
export function nameOfIndex({ ddoc, name }: JsonObject): { design: string; index: string } {
  const design = typeof ddoc === 'string' ? ddoc.replace(/^_design\//, '') : ''
  return { design, index: typeof name === 'string' ? name : '' }
}
