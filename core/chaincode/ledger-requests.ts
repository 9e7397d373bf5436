import { batchRequests } from './batch-requests.ts'
import { privateRequests } from './private-requests.ts'
import { queryRequests } from './query-requests.ts'
import type { RequestHandler } from './request-handler.ts'
import { stateRequests } from './state-requests.ts'

/**
 * Everything that a chaincode may ask of its ledger.
 * @param totalQueryLimit most results of one query
 */
export function ledgerRequests(totalQueryLimit: number): ReadonlyMap<number, RequestHandler> {
  return new Map([...stateRequests, ...queryRequests(totalQueryLimit), ...privateRequests, ...batchRequests])
}
