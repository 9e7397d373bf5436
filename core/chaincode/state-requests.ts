import { randomUUID } from 'node:crypto'
import type { KeyModificationRecord, KeyValue, ResultsIterator } from '../ledger/ledger.ts'
import {
  ChaincodeMessage,
  DelState,
  GetHistoryForKey,
  GetState,
  GetStateByRange,
  GetStateMetadata,
  KeyModification,
  KV,
  PutState,
  PutStateMetadata,
  QueryMetadata,
  QueryResponseMetadata,
  QueryStateClose,
  QueryStateNext,
  StateMetadata,
  StateMetadataResult,
  Timestamp,
} from '../protos/index.ts'
import { PendingQuery, queryResponse, TOTAL_QUERY_LIMIT } from './query-response.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type
const NOTHING = new Uint8Array()

/** Answers a request of a chaincode: the payload of the RESPONSE. What it throws becomes the text of an ERROR. */
export type RequestHandler = (request: ChaincodeMessage, tx: TransactionContext) => Uint8Array | Promise<Uint8Array>

/**
 * The requests about state, each (message, context) → payload, after Fabric core/chaincode/handler.go. They answer
 * synchronously where the ledger does, so that a GET_STATE costs no turn of the event loop.
 */
export const stateRequests: ReadonlyMap<number, RequestHandler> = new Map<number, RequestHandler>([
  [Type.GET_STATE, getState],
  [Type.PUT_STATE, putState],
  [Type.DEL_STATE, delState],
  [Type.GET_STATE_METADATA, getStateMetadata],
  [Type.PUT_STATE_METADATA, putStateMetadata],
  [Type.GET_STATE_BY_RANGE, getStateByRange],
  [Type.GET_HISTORY_FOR_KEY, getHistoryForKey],
  [Type.QUERY_STATE_NEXT, queryStateNext],
  [Type.QUERY_STATE_CLOSE, queryStateClose],
  [Type.GET_QUERY_RESULT, getQueryResult],
  [Type.GET_PRIVATE_DATA_HASH, getPrivateDataHash],
  [Type.PURGE_PRIVATE_DATA, purgePrivateData],
])

function getState(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = GetState.deserializeBinary(request.getPayload_asU8())
  refuseCollection(tx, message.getCollection())
  return tx.params.simulator.getState(tx.params.namespaceId, message.getKey()) ?? NOTHING
}

function putState(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = PutState.deserializeBinary(request.getPayload_asU8())
  refuseCollection(tx, message.getCollection())
  tx.params.simulator.setState(tx.params.namespaceId, message.getKey(), message.getValue_asU8())
  return NOTHING
}

function delState(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = DelState.deserializeBinary(request.getPayload_asU8())
  refuseCollection(tx, message.getCollection())
  tx.params.simulator.deleteState(tx.params.namespaceId, message.getKey())
  return NOTHING
}

function getStateMetadata(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = GetStateMetadata.deserializeBinary(request.getPayload_asU8())
  refuseCollection(tx, message.getCollection())
  const metadata = tx.params.simulator.getStateMetadata(tx.params.namespaceId, message.getKey())
  const result = new StateMetadataResult()
  result.setEntriesList(
    [...metadata].map(([metakey, value]) => {
      const entry = new StateMetadata()
      entry.setMetakey(metakey)
      entry.setValue(value)
      return entry
    }),
  )
  return result.serializeBinary()
}

function putStateMetadata(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = PutStateMetadata.deserializeBinary(request.getPayload_asU8())
  refuseCollection(tx, message.getCollection())
  const entry = message.getMetadata()
  const metadata = new Map(entry === undefined ? [] : [[entry.getMetakey(), entry.getValue_asU8()]])
  tx.params.simulator.setStateMetadata(tx.params.namespaceId, message.getKey(), metadata)
  return NOTHING
}

async function getStateByRange(request: ChaincodeMessage, tx: TransactionContext): Promise<Uint8Array> {
  const message = GetStateByRange.deserializeBinary(request.getPayload_asU8())
  refuseCollection(tx, message.getCollection())
  const metadata = QueryMetadata.deserializeBinary(message.getMetadata_asU8())
  const { simulator, namespaceId } = tx.params
  if (metadata.getPagesize() !== 0 || metadata.getBookmark() !== '') {
    const start = metadata.getBookmark() === '' ? message.getStartkey() : metadata.getBookmark()
    const size = metadata.getPagesize()
    const pageSize = size <= 0 ? TOTAL_QUERY_LIMIT : Math.min(size, TOTAL_QUERY_LIMIT)
    const page = await simulator.getStateRangePage(namespaceId, start, message.getEndkey(), pageSize)
    const about = new QueryResponseMetadata()
    about.setFetchedRecordsCount(page.results.length)
    about.setBookmark(page.bookmark)
    const response = queryResponse(page.results.map(kvBytes), { id: randomUUID(), metadata: about.serializeBinary() })
    return response.serializeBinary()
  }
  return firstBatch(
    tx,
    mapped(simulator.getStateRange(namespaceId, message.getStartkey(), message.getEndkey()), kvBytes),
  )
}

function getHistoryForKey(request: ChaincodeMessage, tx: TransactionContext): Promise<Uint8Array> {
  const message = GetHistoryForKey.deserializeBinary(request.getPayload_asU8())
  const history = tx.params.simulator.getHistoryForKey(tx.params.namespaceId, message.getKey())
  return firstBatch(tx, mapped(history, modificationBytes))
}

async function firstBatch(tx: TransactionContext, results: ResultsIterator<Uint8Array>): Promise<Uint8Array> {
  const id = randomUUID()
  const query = new PendingQuery(results)
  tx.keepQuery(id, query)
  const { response, done } = await query.next(id)
  if (done) await tx.closeQuery(id)
  return response.serializeBinary()
}

async function queryStateNext(request: ChaincodeMessage, tx: TransactionContext): Promise<Uint8Array> {
  const id = QueryStateNext.deserializeBinary(request.getPayload_asU8()).getId()
  const query = tx.query(id)
  if (query === undefined) throw new Error('query iterator not found')
  const { response, done } = await query.next(id)
  if (done) await tx.closeQuery(id)
  return response.serializeBinary()
}

/** An id that is unknown, or whose last batch is gone already, is answered like any other. */
async function queryStateClose(request: ChaincodeMessage, tx: TransactionContext): Promise<Uint8Array> {
  const id = QueryStateClose.deserializeBinary(request.getPayload_asU8()).getId()
  await tx.closeQuery(id)
  return queryResponse([], { id }).serializeBinary()
}

/** Fabric's answer where the state database is LevelDB (statedb/stateleveldb). */
function getQueryResult(): never {
  throw new Error('ExecuteQuery not supported for leveldb')
}

function getPrivateDataHash(request: ChaincodeMessage, tx: TransactionContext): never {
  const { collection } = GetState.deserializeBinary(request.getPayload_asU8()).toObject()
  const { namespaceId } = tx.params
  throw new Error(`collection [${collection}] not defined in the collection config for chaincode [${namespaceId}]`)
}

function purgePrivateData(request: ChaincodeMessage, tx: TransactionContext): never {
  refuseCollection(tx, DelState.deserializeBinary(request.getPayload_asU8()).getCollection())
  throw new Error('only applicable for private data')
}

/** No chaincode here has collections: Fabric's text for one that is not configured. */
function refuseCollection(tx: TransactionContext, collection: string): void {
  if (collection === '') return
  throw new Error(`collection ${tx.params.channelId}/${tx.params.namespaceId}/${collection} could not be found`)
}

function kvBytes(result: KeyValue): Uint8Array {
  const kv = new KV()
  kv.setNamespace(result.namespace)
  kv.setKey(result.key)
  kv.setValue(result.value)
  return kv.serializeBinary()
}

function modificationBytes(record: KeyModificationRecord): Uint8Array {
  const timestamp = new Timestamp()
  timestamp.setSeconds(Math.floor(record.timestamp / 1000))
  timestamp.setNanos(Math.floor((record.timestamp % 1000) * 1e6))
  const modification = new KeyModification()
  modification.setTxId(record.txId)
  modification.setValue(record.value)
  modification.setTimestamp(timestamp)
  modification.setIsDelete(record.isDelete)
  return modification.serializeBinary()
}

function mapped<T>(results: ResultsIterator<T>, toBytes: (result: T) => Uint8Array): ResultsIterator<Uint8Array> {
  return {
    async next() {
      const result = await results.next()
      return result === undefined ? undefined : toBytes(result)
    },
    close: () => results.close(),
  }
}
