import { setTimeout as sleep } from 'node:timers/promises'
import type { CallLog } from '../calls/call-log.ts'
import type { CallRecord } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import type { LogLine } from '../contract/log.ts'
import { now } from '../facts/clock.ts'
import type { Storage } from './storage.ts'

/** On a busy machine lines arrive up to this long after the answer. */
const LATE_LINES_MS = 250
/** How long a reader waits for them: those of a process come through a pipe, those of a container through the engine. */
const PATIENCE_MS = { dev: 20, net: 60 }
/** What comes this soon after the answer belongs to the call, even if the next one has begun. */
const SOON_MS = 20

/** The lines that the chaincode printed during a call. @throws PeerError CALL_UNKNOWN */
export async function readCallLines({ calls, logs, facts }: Storage, id: number): Promise<LogLine[]> {
  const call = calls.readOne(id)
  if (call === undefined) throw new PeerError('CALL_UNKNOWN', { id })
  const { from, to } = executionOf(call)
  const { chaincode } = call.request
  const patience = PATIENCE_MS[facts.state().chaincodes[chaincode]?.mode ?? 'dev']
  const late = to + patience - now()
  if (late > 0 && late <= patience) await sleep(late)
  return logs.between(chaincode, from, Math.min(to + LATE_LINES_MS, beginOfNext(calls, id, chaincode, to)))
}

/** When the lines of the chaincode's next call begin; never before this one was answered. */
function beginOfNext(calls: CallLog, id: number, chaincode: string, answered: number): number {
  const next = calls.readOne(id + 1)
  return next?.request.chaincode === chaincode ? Math.max(answered + SOON_MS, next.at) : Infinity
}

/** When the chaincode executed the call, as nearly as is known: for an old call that failed, from its beginning. */
function executionOf({ at, outcome }: CallRecord): { from: number; to: number } {
  if (outcome.state === 'running') return { from: at, to: Infinity }
  if (outcome.state === 'failed') return { from: at, to: at + outcome.durationMs }
  const { executedAt, startedAt, durationMs, commitMs } = outcome.result.times
  return { from: executedAt, to: startedAt + durationMs - commitMs }
}
