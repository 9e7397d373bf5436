import { batchRequests } from './batch-requests.ts'
import { privateRequests, purge, refusePurge } from './private-requests.ts'
import { queryRequests } from './query-requests.ts'
import type { RequestHandler } from './request-handler.ts'
import { stateRequests } from './state-requests.ts'

/**
 * Everything that a chaincode may ask of its ledger.
 * @param totalQueryLimit most results of one query
 * @param mayPurge whether the channels' capabilities allow purging private data
 */
export function ledgerRequests(totalQueryLimit: number, mayPurge: boolean): ReadonlyMap<number, RequestHandler> {
  const purges = mayPurge ? purge : refusePurge
  return new Map([
    ...stateRequests,
    ...queryRequests(totalQueryLimit),
    ...privateRequests(purges),
    ...batchRequests(purges),
  ])
}
