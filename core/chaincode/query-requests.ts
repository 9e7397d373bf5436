import { randomUUID } from 'node:crypto'
import type { KeyModificationRecord, RangePage, ResultsIterator } from '../ledger/results.ts'
import { mapResults } from '../ledger/map-results.ts'
import {
  ChaincodeMessage,
  KeyModification,
  QueryResponseMetadata,
  type QueryMetadata,
  Timestamp,
} from '../protos/index.ts'
import { kvResult, queryResponse, resultOf } from '../protos/query-results.ts'
import {
  readGetHistoryForKey,
  readGetQueryResult,
  readGetStateByRange,
  readQueryMetadata,
  readQueryStateClose,
  readQueryStateNext,
} from '../protos/shim-requests.ts'
import { mayRead } from './collection-access.ts'
import { PendingQuery } from './query-response.ts'
import type { RequestHandler } from './request-handler.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/**
 * The requests with many results: ranges, history, rich queries, and fetching what they leave open.
 * @param totalQueryLimit most results of one query (core.yaml, ledger.state.totalQueryLimit)
 */
export function queryRequests(totalQueryLimit: number): ReadonlyMap<number, RequestHandler> {
  const limited =
    (answer: LimitedHandler): RequestHandler =>
    (request, tx) =>
      answer(request, tx, totalQueryLimit)
  return new Map<number, RequestHandler>([
    [Type.GET_STATE_BY_RANGE, limited(getStateByRange)],
    [Type.GET_QUERY_RESULT, limited(getQueryResult)],
    [Type.GET_HISTORY_FOR_KEY, limited(getHistoryForKey)],
    [Type.QUERY_STATE_NEXT, queryStateNext],
    [Type.QUERY_STATE_CLOSE, queryStateClose],
  ])
}

type LimitedHandler = (request: ChaincodeMessage, tx: TransactionContext, limit: number) => Promise<Uint8Array>

async function getStateByRange(request: ChaincodeMessage, tx: TransactionContext, limit: number): Promise<Uint8Array> {
  const message = readGetStateByRange(request.getPayload_asU8())
  const metadata = readQueryMetadata(message.getMetadata_asU8())
  const { simulator, namespaceId } = tx.params
  const collection = message.getCollection()
  // A collection comes first: with one, pagination is ignored.
  if (collection !== '') {
    mayRead(tx, collection)
    const range = simulator.getPrivateDataRange(namespaceId, collection, message.getStartkey(), message.getEndkey())
    return firstBatch(tx, mapResults(range, kvResult), limit)
  }
  if (isPaginated(metadata)) {
    const start = metadata.getBookmark() === '' ? message.getStartkey() : metadata.getBookmark()
    const size = pageLimit(metadata.getPagesize(), limit)
    return pageResponse(await simulator.getStateRangePage(namespaceId, start, message.getEndkey(), size))
  }
  const range = simulator.getStateRange(namespaceId, message.getStartkey(), message.getEndkey())
  return firstBatch(tx, mapResults(range, kvResult), limit)
}

function getHistoryForKey(request: ChaincodeMessage, tx: TransactionContext, limit: number): Promise<Uint8Array> {
  const message = readGetHistoryForKey(request.getPayload_asU8())
  const history = tx.params.simulator.getHistoryForKey(tx.params.namespaceId, message.getKey())
  return firstBatch(tx, mapResults(history, modificationResult), limit)
}

/** CouchDB's part: if the state database refuses a query, its own text stands inside Fabric's. */
async function getQueryResult(request: ChaincodeMessage, tx: TransactionContext, limit: number): Promise<Uint8Array> {
  const message = readGetQueryResult(request.getPayload_asU8())
  const metadata = readQueryMetadata(message.getMetadata_asU8())
  const { simulator, namespaceId } = tx.params
  const collection = message.getCollection()
  if (collection !== '') {
    mayRead(tx, collection)
    const found = await simulator.executeQueryOnPrivateData(namespaceId, collection, message.getQuery())
    return firstBatch(tx, mapResults(found, kvResult), limit)
  }
  if (!isPaginated(metadata)) {
    const found = await simulator.executeQuery(namespaceId, message.getQuery())
    return firstBatch(tx, mapResults(found, kvResult), limit)
  }
  const pageSize = metadata.getPagesize()
  const page = await simulator.executeQueryWithPagination(namespaceId, message.getQuery(), {
    bookmark: metadata.getBookmark(),
    pageSize,
    limit: pageLimit(pageSize, limit),
  })
  return pageResponse(page)
}

/** calculateTotalReturnLimit: without a valid page size, only the peer's own limit applies. */
function pageLimit(pageSize: number, limit: number): number {
  return pageSize <= 0 ? limit : Math.min(pageSize, limit)
}

function pageResponse(page: RangePage): Uint8Array {
  const about = new QueryResponseMetadata()
  about.setFetchedRecordsCount(page.results.length)
  about.setBookmark(page.bookmark)
  return queryResponse(page.results.map(kvResult), { id: randomUUID(), metadata: about.serializeBinary() })
}

function isPaginated(metadata: QueryMetadata): boolean {
  return metadata.getPagesize() !== 0 || metadata.getBookmark() !== ''
}

async function firstBatch(
  tx: TransactionContext,
  results: ResultsIterator<Uint8Array>,
  limit: number,
): Promise<Uint8Array> {
  const id = randomUUID()
  const query = new PendingQuery(results, limit)
  tx.keepQuery(id, query)
  const { response, done } = await query.next(id)
  if (done) await tx.closeQuery(id)
  return response
}

async function queryStateNext(request: ChaincodeMessage, tx: TransactionContext): Promise<Uint8Array> {
  const id = readQueryStateNext(request.getPayload_asU8()).getId()
  const query = tx.query(id)
  if (query === undefined) throw new Error('query iterator not found')
  const { response, done } = await query.next(id)
  if (done) await tx.closeQuery(id)
  return response
}

/** An unknown id, or one whose last batch is already gone, is answered like any other. */
async function queryStateClose(request: ChaincodeMessage, tx: TransactionContext): Promise<Uint8Array> {
  const id = readQueryStateClose(request.getPayload_asU8()).getId()
  await tx.closeQuery(id)
  return queryResponse([], { id })
}

function modificationResult(record: KeyModificationRecord): Uint8Array {
  const timestamp = new Timestamp()
  timestamp.setSeconds(Math.floor(record.timestamp / 1000))
  timestamp.setNanos(Math.floor((record.timestamp % 1000) * 1e6))
  const modification = new KeyModification()
  modification.setTxId(record.txId)
  modification.setValue(record.value)
  modification.setTimestamp(timestamp)
  modification.setIsDelete(record.isDelete)
  return resultOf(modification.serializeBinary())
}
