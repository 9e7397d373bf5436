import { ChaincodeMessage, DelState, GetState } from '../protos/index.ts'
import type { RequestHandler } from './request-handler.ts'
import type { TransactionContext } from './transaction-context.ts'

const Type = ChaincodeMessage.Type

/** The requests that only private data has. All others take a collection too. */
export const privateRequests: ReadonlyMap<number, RequestHandler> = new Map<number, RequestHandler>([
  [Type.GET_PRIVATE_DATA_HASH, getPrivateDataHash],
  [Type.PURGE_PRIVATE_DATA, purgePrivateData],
])

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
export function refuseCollection(tx: TransactionContext, collection: string): void {
  if (collection === '') return
  throw new Error(`collection ${tx.params.channelId}/${tx.params.namespaceId}/${collection} could not be found`)
}
