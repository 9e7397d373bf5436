import { ChaincodeMessage } from '../protos/index.ts'
import { readDelState, readGetState } from '../protos/shim-requests.ts'
import { NOTHING, type RequestHandler } from './request-handler.ts'
import type { KeyOf } from './state-requests.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/** The requests that only private data has. All others take a collection too. */
export const privateRequests: ReadonlyMap<number, RequestHandler> = new Map<number, RequestHandler>([
  [Type.GET_PRIVATE_DATA_HASH, getPrivateDataHash],
  [Type.PURGE_PRIVATE_DATA, purgePrivateData],
])

function getPrivateDataHash(request: ChaincodeMessage, tx: TransactionContext): never {
  const collection = readGetState(request.getPayload_asU8()).getCollection()
  const { namespaceId } = tx.params
  throw new Error(`collection [${collection}] not defined in the collection config for chaincode [${namespaceId}]`)
}

/** Remove one key of a collection, with its past. */
export function purge(of: KeyOf, tx: TransactionContext): void {
  if (of.getCollection() === '') throw new Error('only applicable for private data')
  refuseCollection(tx, of.getCollection())
}

function purgePrivateData(request: ChaincodeMessage, tx: TransactionContext): Uint8Array {
  purge(readDelState(request.getPayload_asU8()), tx)
  return NOTHING
}

/** No chaincode here has collections: Fabric's text for one that is not configured. */
export function refuseCollection(tx: TransactionContext, collection: string): void {
  if (collection === '') return
  throw new Error(`collection ${tx.params.channelId}/${tx.params.namespaceId}/${collection} could not be found`)
}
