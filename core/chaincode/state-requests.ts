import {
  ChaincodeMessage,
  DelState,
  GetState,
  GetStateMetadata,
  PutState,
  PutStateMetadata,
  StateMetadata,
  StateMetadataResult,
} from '../protos/index.ts'
import { refuseCollection } from './private-requests.ts'
import { NOTHING, type RequestHandler } from './request-handler.ts'
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
