import { isObject, own, type JsonObject } from '../../mango/json.ts'
import { listOf, refusedBy, type CouchClient } from './couch-client.ts'

/** Documents in one request (core.yaml, couchDBConfig.maxBatchUpdateSize), and roughly their bytes. */
const BATCH = 1000
const BATCH_BYTES = 4 << 20

/** A document to write, made once its revision is known. `make` undefined: to delete. */
export interface DocumentWrite {
  key: string
  size: number
  make: ((rev: string | undefined) => JsonObject) | undefined
}

/** @throws PeerError COUCHDB_REFUSED, and what the client throws */
export async function writeDocuments(
  client: CouchClient,
  database: string,
  documents: readonly DocumentWrite[],
): Promise<void> {
  for (const batch of batches(documents)) await writeBatch(client, database, batch)
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

async function writeBatch(client: CouchClient, database: string, batch: readonly DocumentWrite[]): Promise<void> {
  const revs = await revisions(client, database, batch)
  const docs = batch.flatMap(({ key, make }): JsonObject[] => {
    const rev = revs.get(key)
    if (make !== undefined) return [make(rev)]
    return rev === undefined ? [] : [{ _id: key, _rev: rev, _deleted: true }]
  })
  if (docs.length === 0) return
  const answer = await client.request('POST', [database, '_bulk_docs'], { docs })
  if (answer.status >= 400) {
    // A document that is too large fails the whole request, and the answer doesn't name it.
    const only = docs.length === 1 ? batch[0]?.key : undefined
    if (only !== undefined || batch.length === 1) throw refusedBy(client, database, answer, only)
    const half = Math.ceil(batch.length / 2)
    await writeBatch(client, database, batch.slice(0, half))
    await writeBatch(client, database, batch.slice(half))
    return
  }
  for (const result of Array.isArray(answer.body) ? answer.body : []) {
    if (!isObject(result) || result['error'] === undefined) continue
    const key = typeof result['id'] === 'string' ? result['id'] : undefined
    throw refusedBy(client, database, { status: answer.status, body: result }, key)
  }
}

/** The revisions of those documents that exist, by key. */
async function revisions(
  client: CouchClient,
  database: string,
  batch: readonly DocumentWrite[],
): Promise<Map<string, string>> {
  const answer = await client.request('POST', [database, '_all_docs'], { keys: batch.map(({ key }) => key) })
  if (answer.status >= 400) throw refusedBy(client, database, answer)
  const revs = new Map<string, string>()
  for (const row of listOf(answer.body, 'rows')) {
    const value = own(row, 'value')
    if (!isObject(value) || value['deleted'] === true) continue
    if (typeof row['key'] === 'string' && typeof value['rev'] === 'string') revs.set(row['key'], value['rev'])
  }
  return revs
}
