import type { CallResult } from './call.ts'
import type { Millis } from './time.ts'

/** How a call ended on a network: what its peers tell a client, and nothing else. */
export interface NetworkCallResult
  extends
    Pick<CallResult, 'txId' | 'kind' | 'identity' | 'status' | 'message' | 'payload' | 'payloadEncoding'>,
    Pick<CallResult, 'validationCode' | 'blockNumber' | 'endorsers'>,
    Partial<Pick<CallResult, 'readWriteSet' | 'events'>> {
  network: string
  startedAt: Millis
  durationMs: Millis
}
