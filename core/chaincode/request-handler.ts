import type { ChaincodeMessage } from '../protos/index.ts'
import type { TransactionContext } from './transaction-context.ts'

/** Answers a chaincode's request with the payload of the RESPONSE. What it throws becomes the text of an ERROR. */
export type RequestHandler = (request: ChaincodeMessage, tx: TransactionContext) => Uint8Array | Promise<Uint8Array>

/** The payload of an answer that only says that the request was carried out. */
export const NOTHING = new Uint8Array()

/** Fabric's own text, which a chaincode reads if the peer panics over its request (handler.go, HandleTransaction, since 3.1). */
export const PANIC = 'panic during execution'
