import { setTimeout as sleep } from 'node:timers/promises'
import type { CallLog } from '../calls/call-log.ts'
import type { CallRecord } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import type { CallLines, LogLine } from '../contract/log.ts'
import { now } from '../facts/clock.ts'
import type { LogStore } from '../logs/log-store.ts'
import { causeOfCall } from './call-cause.ts'
import { executionOf, names, ownLines, type Span } from './line-owner.ts'
import type { Storage } from './storage.ts'

/** On a busy machine lines arrive up to this long after the answer, or after the line before them. */
const LATE_LINES_MS = 250
/** The same after this many lines: whoever prints so much fills pipes, and is read with pauses. */
const LATE_OF_MANY_MS = 2_000
const MANY_LINES = 100
/** A chaincode that never stops printing isn't taken to print for one call longer than this after its answer. */
export const LONGEST_MS = 20_000
const MOST_LINES = 50_000
/** How long a reader waits for them: those of a process come through a pipe, those of a container through the engine. */
const PATIENCE_MS = { dev: 20, net: 60 }
/** What comes this soon after the answer belongs to the call, even if the next one has begun. */
const SOON_MS = 20
/** Calls before and after one that may have run at the same time. */
export const NEIGHBOURS = 50

export type LinesStorage = Pick<Storage, 'logs' | 'facts'> & { calls: Pick<CallLog, 'readOne'> }

/** The lines that the chaincode printed during a call. @throws PeerError CALL_UNKNOWN */
export async function readCallLines(storage: LinesStorage, id: number): Promise<CallLines> {
  const call = storage.calls.readOne(id)
  if (call === undefined) throw new PeerError('CALL_UNKNOWN', { id })
  const read = await linesOf(call, neighbours(storage.calls, call), storage)
  const cause = causeOfCall(call, read.lines, storage.facts.state().chaincodes[call.request.chaincode])
  return { ...read, ...(cause === undefined ? {} : { cause }) }
}

/**
 * `near`: the calls of the same chaincode before and after it, in the order of their ids. `within`: of a call that runs,
 * which may have printed for hours, only the lines of that time.
 */
export async function linesOf(
  call: CallRecord,
  near: readonly CallRecord[],
  { logs, facts }: Pick<LinesStorage, 'logs' | 'facts'>,
  within: Span = { from: 0, to: Infinity },
): Promise<Omit<CallLines, 'cause'>> {
  const execution = executionOf(call)
  const { from, to } = execution
  const { chaincode } = call.request
  const patience = PATIENCE_MS[facts.state().chaincodes[chaincode]?.mode ?? 'dev']
  const late = to + patience - now()
  if (late > 0 && late <= patience) await sleep(late)
  const runs = to === Infinity
  const last = runs ? within.to : Math.min(to + LONGEST_MS, beginOfNext(near, call.id, to))
  const begun = runs ? Math.max(from, within.from) : from
  const { lines, end } = unbroken(logs.between(chaincode, begun, last), to)
  const quiet = end + pauseAfter(lines.length)
  const isCut = quiet > to + LONGEST_MS || lines.length > MOST_LINES || isDropped(logs, from)
  const others = near.map(executionOf)
  // What names the transaction is its own after a pause too.
  const known = new Set(lines.map(({ seq }) => seq))
  const later = logs
    .between(chaincode, Math.min(end, last), to + LATE_OF_MANY_MS)
    .filter((line) => !known.has(line.seq) && names(line, execution))
  const shown = ownLines([...lines, ...later].slice(0, MOST_LINES), execution, others, patience)
  return {
    lines: shown,
    state: isCut ? 'partial' : now() < Math.min(quiet, last) ? 'coming' : 'complete',
    others: others.filter((other) => isAtOnce(other, execution)).length,
  }
}

/** The lines up to the first pause after the answer, and when the last of them came. Lines are almost in their order. */
function unbroken(lines: LogLine[], answered: number): { lines: LogLine[]; end: number } {
  let end = answered
  const broken = lines.findIndex(({ at }, index) => {
    if (at > end + pauseAfter(index)) return true
    end = Math.max(end, at)
    return false
  })
  return { lines: broken < 0 ? lines : lines.slice(0, broken), end }
}

/** How long the chaincode may be silent after its answer and still have more to say. */
function pauseAfter(lines: number): number {
  return lines < MANY_LINES ? LATE_LINES_MS : LATE_OF_MANY_MS
}

/** Whether lines of that time were dropped: the log was full, or it was cleared. */
function isDropped(logs: LogStore, from: number): boolean {
  if (logs.state().first <= 1) return false
  const [oldest] = logs.read({ filter: {}, from: 0, limit: 1 }).lines
  return oldest === undefined || oldest.at > from
}

function neighbours(calls: Pick<CallLog, 'readOne'>, { id, request: { chaincode } }: CallRecord): CallRecord[] {
  return Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, i) => id - NEIGHBOURS + i)
    .filter((other) => other !== id && other > 0)
    .flatMap((other) => calls.readOne(other) ?? [])
    .filter(({ request }) => request.chaincode === chaincode)
}

function isAtOnce(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}

/** When the lines of the chaincode's next call begin; never before this one was answered. */
function beginOfNext(near: readonly CallRecord[], id: number, answered: number): number {
  const next = near.find((other) => other.id > id && other.at >= answered)
  return next === undefined ? Infinity : Math.max(answered + SOON_MS, next.at)
}
