import { batchRequests } from './batch-requests.ts'
import { privateRequests } from './private-requests.ts'
import { queryRequests } from './query-requests.ts'
import type { RequestHandler } from './request-handler.ts'
import { stateRequests } from './state-requests.ts'

/** All that a chaincode may ask of its ledger. */
export const ledgerRequests: ReadonlyMap<number, RequestHandler> = new Map([
  ...stateRequests,
  ...queryRequests,
  ...privateRequests,
  ...batchRequests,
])
