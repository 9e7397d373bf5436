import { ChaincodeMessage, StateMetadata } from '../protos/index.ts'
import {
  GetStateMultipleResult,
  readGetStateMultiple,
  readWriteBatchState,
  WriteRecord,
} from '../protos/shim-requests.ts'
import { mayRead } from './collection-access.ts'
import { purge } from './private-requests.ts'
import { NOTHING, type RequestHandler } from './request-handler.ts'
import { del, get, put, putMetadata } from './state-requests.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/** The requests that batch others; shims send them if READY offered them (3.1). */
export const batchRequests: ReadonlyMap<number, RequestHandler> = new Map<number, RequestHandler>([
  [Type.WRITE_BATCH_STATE, writeBatch],
  [Type.GET_STATE_MULTIPLE, getStateMultiple],
])

/** In order. The first record that fails ends it with its error; what was written before it stays (HandleWriteBatch). */
function writeBatch(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  for (const record of readWriteBatchState(request.getPayload_asU8()).getRecList()) write(record, tx)
  return NOTHING
}

function write(record: WriteRecord, tx: TransactionContext): void {
  switch (record.getType()) {
    case WriteRecord.Type.PUT_STATE:
      return put(record, tx)
    case WriteRecord.Type.DEL_STATE:
      return del(record, tx)
    case WriteRecord.Type.PURGE_PRIVATE_DATA:
      return purge(record, tx)
    case WriteRecord.Type.PUT_STATE_METADATA:
      return putMetadata(record, record.getMetadata() ?? new StateMetadata(), tx)
    default:
      throw new Error('unknown operation type')
  }
}

/** One value for each key, in their order; empty where there is none. */
function getStateMultiple(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = readGetStateMultiple(request.getPayload_asU8())
  const collection = message.getCollection()
  // Once for all keys, and even without any.
  if (collection !== '') mayRead(tx, collection)
  const result = new GetStateMultipleResult()
  for (const key of message.getKeysList()) {
    result.addValues(get({ getKey: () => key, getCollection: () => collection }, tx) ?? NOTHING)
  }
  return result.serializeBinary()
}
