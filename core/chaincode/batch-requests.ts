import { ChaincodeMessage, StateMetadata } from '../protos/index.ts'
import {
  GetStateMultipleResult,
  readGetStateMultiple,
  readWriteBatchState,
  WriteRecord,
} from '../protos/shim-requests.ts'
import { mayRead } from './collection-access.ts'
import type { Purge } from './private-requests.ts'
import { NOTHING, type RequestHandler } from './request-handler.ts'
import { del, put, putMetadata } from './state-requests.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/** The requests that batch others; shims send them if READY offered them (3.1). */
export function batchRequests(purge: Purge): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [Type.WRITE_BATCH_STATE, (request, tx) => writeBatch(request, tx, purge)],
    [Type.GET_STATE_MULTIPLE, getStateMultiple],
  ])
}

/** In order. The first record that fails ends it with its error; what was written before it stays (HandleWriteBatch). */
function writeBatch(request: ChaincodeMessage, tx: TransactionContext, purge: Purge): Uint8Array {
  const records = readWriteBatchState(request.getPayload_asU8()).getRecList()
  for (const [made, record] of records.entries()) {
    try {
      write(record, tx, purge)
    } catch (error) {
      tx.params.simulator.notes.refusedBatches.push({ namespace: tx.params.namespaceId, writes: records.length, made })
      throw error
    }
  }
  return NOTHING
}

function write(record: WriteRecord, tx: TransactionContext, purge: Purge): void {
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

function valuesOf(collection: string, keys: string[], tx: TransactionContext): (Uint8Array | undefined)[] {
  const { simulator, namespaceId } = tx.params
  if (collection === '') return keys.map((key) => simulator.getState(namespaceId, key))
  mayRead(tx, collection)
  return simulator.getPrivateDataMultipleKeys(namespaceId, collection, keys)
}

/** One value for each key, in their order; empty where there is none. */
function getStateMultiple(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = readGetStateMultiple(request.getPayload_asU8())
  const result = new GetStateMultipleResult()
  for (const value of valuesOf(message.getCollection(), message.getKeysList(), tx)) result.addValues(value ?? NOTHING)
  return result.serializeBinary()
}
