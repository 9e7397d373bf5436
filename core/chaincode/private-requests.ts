import { mayWrite, notInInit } from './collection-access.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { readDelState, readGetState } from '../protos/shim-requests.ts'
import { NOTHING, type RequestHandler } from './request-handler.ts'
import type { KeyOf } from './state-requests.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/** Removes one key of a collection, with its history. */
export type Purge = (of: KeyOf, tx: TransactionContext) => void

/** The requests that exist only for private data. All others accept a collection too. */
export function privateRequests(purge: Purge): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [Type.GET_PRIVATE_DATA_HASH, getPrivateDataHash],
    [
      Type.PURGE_PRIVATE_DATA,
      (request, tx) => {
        purge(readDelState(request.getPayload_asU8()), tx)
        return NOTHING
      },
    ],
  ])
}

function getPrivateDataHash(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  const message = readGetState(request.getPayload_asU8())
  notInInit(tx)
  const { simulator, namespaceId } = tx.params
  return simulator.getPrivateDataHash(namespaceId, message.getCollection(), message.getKey()) ?? NOTHING
}

export const purge: Purge = (of, tx) => {
  if (of.getCollection() === '') throw new Error('only applicable for private data')
  mayWrite(tx, of.getCollection())
  tx.params.simulator.purgePrivateData(tx.params.namespaceId, of.getCollection(), of.getKey())
}

/** On a channel without the application's capability V2_5 (core/chaincode/handler.go, checkPurgePrivateDataCap). */
export const refusePurge: Purge = () => {
  throw new Error('purge private data is not enabled, channel application capability of V2_5 or later is required')
}
