import type { CallRecord } from '../contract/call.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Marks a recorded call whose transaction was committed and is on its channel no more. */
export function takenBackMark(
  find: (channel: string) => Pick<Ledger, 'undo' | 'hasTransaction'> | undefined,
): <Found extends CallRecord | undefined>(call: Found) => Found {
  return (call) => {
    if (call?.outcome.state !== 'done' || call.outcome.result.blockNumber === undefined) return call
    const ledger = find(call.channel)
    if (ledger === undefined || ledger.undo.moves() === 0 || ledger.hasTransaction(call.outcome.result.txId))
      return call
    return { ...call, takenBack: true }
  }
}
