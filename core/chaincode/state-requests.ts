import { ChaincodeMessage, StateMetadata, StateMetadataResult } from '../protos/index.ts'
import {
  readDelState,
  readGetState,
  readGetStateMetadata,
  readPutState,
  readPutStateMetadata,
} from '../protos/shim-requests.ts'
import { refuseCollection } from './private-requests.ts'
import { NOTHING, PANIC, type RequestHandler } from './request-handler.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/**
 * The requests about single keys, each (message, context) → payload, after Fabric core/chaincode/handler.go. They
 * answer synchronously where the ledger does, so that a GET_STATE costs no turn of the event loop.
 */
export const stateRequests: ReadonlyMap<number, RequestHandler> = new Map<number, RequestHandler>([
  [Type.GET_STATE, getState],
  [Type.PUT_STATE, putState],
  [Type.DEL_STATE, delState],
  [Type.GET_STATE_METADATA, getStateMetadata],
  [Type.PUT_STATE_METADATA, putStateMetadata],
])

/** A key, in the chaincode's own state or in one of its collections. A request holds one, a batch many. */
export interface KeyOf {
  getKey(): string
  getCollection(): string
}

/** Read one key; undefined where it has no value. */
export function get(of: KeyOf, tx: TransactionContext): Uint8Array | undefined {
  refuseCollection(tx, of.getCollection())
  return tx.params.simulator.getState(tx.params.namespaceId, of.getKey())
}

/** Write one key. */
export function put(of: KeyOf & { getValue_asU8(): Uint8Array }, tx: TransactionContext): void {
  refuseCollection(tx, of.getCollection())
  tx.params.simulator.setState(tx.params.namespaceId, of.getKey(), of.getValue_asU8())
}

/** Delete one key. */
export function del(of: KeyOf, tx: TransactionContext): void {
  refuseCollection(tx, of.getCollection())
  tx.params.simulator.deleteState(tx.params.namespaceId, of.getKey())
}

/** Write the metadata of one key: this entry alone, in place of all that it had. */
export function putMetadata(of: KeyOf, entry: StateMetadata, tx: TransactionContext): void {
  refuseCollection(tx, of.getCollection())
  const metadata = new Map([[entry.getMetakey(), entry.getValue_asU8()]])
  tx.params.simulator.setStateMetadata(tx.params.namespaceId, of.getKey(), metadata)
}

function getState(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  return get(readGetState(request.getPayload_asU8()), tx) ?? NOTHING
}

function putState(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  put(readPutState(request.getPayload_asU8()), tx)
  return NOTHING
}

function delState(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  del(readDelState(request.getPayload_asU8()), tx)
  return NOTHING
}

function getStateMetadata(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = readGetStateMetadata(request.getPayload_asU8())
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
  const message = readPutStateMetadata(request.getPayload_asU8())
  const entry = message.getMetadata()
  if (entry === undefined) throw new Error(PANIC)
  putMetadata(message, entry, tx)
  return NOTHING
}
