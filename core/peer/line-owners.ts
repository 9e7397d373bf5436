import { setImmediate } from 'node:timers/promises'
import type { CallLog } from '../calls/call-log.ts'
import type { CallRecord } from '../contract/call.ts'
import type { LineOwner, LogLine, ReadLogs } from '../contract/log.ts'
import { linesOf, LONGEST_MS, NEIGHBOURS, type LinesStorage } from './call-lines.ts'
import { executionOf } from './line-owner.ts'

type OwnersStorage = Pick<LinesStorage, 'logs' | 'facts'> & { calls: Pick<CallLog, 'begunBy'> }

/** Lines that are looked at for one answer: a screen has fewer. */
const MOST_LINES = 500
/** As many as the list of calls holds. */
const MOST_CALLS = 1_000
/** Calls whose lines are looked at. */
const MOST_OWNERS = 300
/** So many calls in a row that were over before: a longer one is hardly behind them, and each is read whole. */
const MOST_OVER = 100

/**
 * Of which calls these lines are, each as `readCallLines` says it. Where it says so of several, the last of them to begin
 * is meant. Throws the signal's reason.
 */
export async function readLineOwners(
  storage: OwnersStorage,
  query: ReadLogs,
  signal?: AbortSignal,
): Promise<LineOwner[]> {
  const { lines } = storage.logs.read({ ...query, limit: Math.min(query.limit, MOST_LINES) })
  const printed = new Map<string, LogLine[]>()
  for (const line of lines) {
    if (line.source !== 'chaincode' || line.chaincode === undefined) continue
    const others = printed.get(line.chaincode)
    if (others === undefined) printed.set(line.chaincode, [line])
    else others.push(line)
  }
  const owners: LineOwner[] = []
  for (const [chaincode, its] of printed) owners.push(...(await ownersOf(its, chaincode, storage, signal)))
  return owners
}

async function ownersOf(
  lines: readonly LogLine[],
  chaincode: string,
  storage: OwnersStorage,
  signal: AbortSignal | undefined,
): Promise<LineOwner[]> {
  const times = lines.map(({ at }) => at)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const wanted = new Set(lines.map(({ seq }) => seq))
  // In the order of their ids.
  const calls = callsOf(chaincode, first, last, storage.calls).reverse()
  const near = calls.filter((call) => endOf(call) >= first).slice(-MOST_OWNERS)
  const owners: LineOwner[] = []
  for (const call of near.reverse()) {
    if (wanted.size === 0) break
    // Each is read on this thread, and somebody else may want it.
    await setImmediate()
    signal?.throwIfAborted()
    const beside = calls.filter(({ id }) => id !== call.id && Math.abs(id - call.id) <= NEIGHBOURS)
    const { txId = null } = executionOf(call)
    const owner = { call: call.id, function: call.request.function, txId, isRunning: call.outcome.state === 'running' }
    for (const { seq, of } of (await linesOf(call, beside, storage, { from: first, to: last })).lines)
      if (wanted.delete(seq)) owners.push({ seq, of, ...owner })
  }
  return owners
}

/** Calls of a chaincode that may have lines between these times, newest first: a later one changes nothing of them. */
function callsOf(chaincode: string, first: number, last: number, calls: Pick<CallLog, 'begunBy'>): CallRecord[] {
  const found: CallRecord[] = []
  let over = 0
  for (const call of calls.begunBy(last)) {
    if (call.request.chaincode === chaincode) found.push(call)
    over = endOf(call) < first ? over + 1 : 0
    if (over === MOST_OVER || found.length === MOST_CALLS) break
  }
  return found
}

/** When its last line came, at the latest. */
function endOf(call: CallRecord): number {
  return executionOf(call).to + LONGEST_MS
}
