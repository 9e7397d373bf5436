import { mayRead, mayWrite } from './collection-access.ts'
import { ChaincodeMessage, StateMetadata, StateMetadataResult } from '../protos/index.ts'
import {
  readDelState,
  readGetState,
  readGetStateMetadata,
  readPutState,
  readPutStateMetadata,
} from '../protos/shim-requests.ts'
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

/** Read one key; undefined if it has no value. */
function get(of: KeyOf, tx: TransactionContext): Uint8Array | undefined {
  const { simulator, namespaceId } = tx.params
  const collection = of.getCollection()
  if (collection === '') return simulator.getState(namespaceId, of.getKey())
  mayRead(tx, collection)
  return simulator.getPrivateData(namespaceId, collection, of.getKey())
}

/** Write one key. */
export function put(of: KeyOf & { getValue_asU8(): Uint8Array }, tx: TransactionContext): void {
  const { simulator, namespaceId } = tx.params
  const collection = of.getCollection()
  if (collection === '') return simulator.setState(namespaceId, of.getKey(), of.getValue_asU8())
  mayWrite(tx, collection)
  simulator.setPrivateData(namespaceId, collection, of.getKey(), of.getValue_asU8())
}

/** Delete one key. */
export function del(of: KeyOf, tx: TransactionContext): void {
  const { simulator, namespaceId } = tx.params
  const collection = of.getCollection()
  if (collection === '') return simulator.deleteState(namespaceId, of.getKey())
  mayWrite(tx, collection)
  simulator.deletePrivateData(namespaceId, collection, of.getKey())
}

/** Write the metadata of one key: this entry replaces all others. */
export function putMetadata(of: KeyOf, entry: StateMetadata, tx: TransactionContext): void {
  const { simulator, namespaceId } = tx.params
  const collection = of.getCollection()
  const metadata = new Map([[entry.getMetakey(), entry.getValue_asU8()]])
  if (collection === '') return simulator.setStateMetadata(namespaceId, of.getKey(), metadata)
  mayWrite(tx, collection)
  simulator.setPrivateDataMetadata(namespaceId, collection, of.getKey(), metadata)
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
  const metadata = metadataOf(message, tx)
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

function metadataOf(of: KeyOf, tx: TransactionContext): ReadonlyMap<string, Uint8Array> {
  const { simulator, namespaceId } = tx.params
  const collection = of.getCollection()
  if (collection === '') return simulator.getStateMetadata(namespaceId, of.getKey())
  mayRead(tx, collection)
  return simulator.getPrivateDataMetadata(namespaceId, collection, of.getKey())
}

function putStateMetadata(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = readPutStateMetadata(request.getPayload_asU8())
  const entry = message.getMetadata()
  if (entry === undefined) throw new Error(PANIC)
  putMetadata(message, entry, tx)
  return NOTHING
}
