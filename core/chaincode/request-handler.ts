import type { ChaincodeMessage } from '../protos/index.ts'
import type { TransactionContext } from './transaction-context.ts'

/** Answers a request of a chaincode: the payload of the RESPONSE. What it throws becomes the text of an ERROR. */
export type RequestHandler = (request: ChaincodeMessage, tx: TransactionContext) => Uint8Array | Promise<Uint8Array>

/** The payload of an answer that says only that it was done. */
export const NOTHING = new Uint8Array()

/** What a chaincode gets to read where a peer comes to grief over its request (handler.go, HandleTransaction, since 3.1). */
export const PANIC = 'panic during execution'
