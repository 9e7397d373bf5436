import { mayWrite, notInInit } from './collection-access.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { readDelState, readGetState } from '../protos/shim-requests.ts'
import { NOTHING, type RequestHandler } from './request-handler.ts'
import type { KeyOf } from './state-requests.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/** The requests that exist only for private data. All others accept a collection too. */
export const privateRequests: ReadonlyMap<number, RequestHandler> = new Map<number, RequestHandler>([
  [Type.GET_PRIVATE_DATA_HASH, getPrivateDataHash],
  [Type.PURGE_PRIVATE_DATA, purgePrivateData],
])

function getPrivateDataHash(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = readGetState(request.getPayload_asU8())
  notInInit(tx)
  const { simulator, namespaceId } = tx.params
  return simulator.getPrivateDataHash(namespaceId, message.getCollection(), message.getKey()) ?? NOTHING
}

/** Remove one key of a collection, with its history. */
export function purge(of: KeyOf, tx: TransactionContext): void {
  if (of.getCollection() === '') throw new Error('only applicable for private data')
  mayWrite(tx, of.getCollection())
  tx.params.simulator.purgePrivateData(tx.params.namespaceId, of.getCollection(), of.getKey())
}

function purgePrivateData(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  purge(readDelState(request.getPayload_asU8()), tx)
  return NOTHING
}
