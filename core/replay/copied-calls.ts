import type { CallLog } from '../calls/call-log.ts'
import type { CallRecord } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'

/** The list of a copy's calls, in memory: they are not the author's. */
export function newCopiedCalls(): CallLog {
  const records = new Map<number, CallRecord>()
  const ended = (id: number, outcome: CallRecord['outcome']) => {
    const record = records.get(id)
    if (record !== undefined) records.set(id, { ...record, outcome })
  }
  return {
    begin(call) {
      const id = records.size + 1
      records.set(id, { id, ...call, pinned: false, outcome: { state: 'running' } })
      return {
        id,
        // What it read and wrote isn't looked at here, and would be held for thousands of calls.
        done: (result) => ended(id, { state: 'done', result: { ...result, readWriteSet: { namespaces: [] } } }),
        failed: (error, durationMs) =>
          ended(id, { state: 'failed', error: PeerError.from(error).toJSON(), durationMs }),
      }
    },
    read: () => [],
    begunBy: () => [],
    readOne: (id) => records.get(id),
    find: () => undefined,
    pinned: () => [],
    pin: (id) => {
      throw new PeerError('CALL_UNKNOWN', { id })
    },
    count: () => records.size,
    close: async () => undefined,
  }
}
