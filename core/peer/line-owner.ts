import type { CallRecord } from '../contract/call.ts'
import type { CallLine, LogLine } from '../contract/log.ts'

/** When the chaincode executed a call, in milliseconds. */
export interface Span {
  from: number
  to: number
}

/** A call of the same chaincode. */
export interface Executed extends Span {
  txId: string | undefined
}

/** A transaction id in full. */
const FULL = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g
/**
 * How the shims name one: `[mychannel-1a2b3c4d]` in Node (generateLoggingPrefix of fabric-shim 2.5), `[1a2b3c4d]` in Go
 * (shorttxid of fabric-chaincode-go 2.3) and Java.
 */
const SHORT = /\[(?:[a-z][a-z0-9.-]*-)?([0-9a-f]{8})\]/g
const SHORT_LENGTH = 8

/**
 * Of these lines those of one call, each with how that is known. A line that names the transaction is its own; one that
 * names another of these calls is not. Of the rest, time alone tells, which is no more than likely where another call
 * ran. `patience`: milliseconds that a line may arrive after it was printed. Pure.
 */
export function ownLines(
  lines: readonly LogLine[],
  call: Executed,
  others: readonly Executed[],
  patience: number,
): CallLine[] {
  return lines.flatMap((line): CallLine[] => {
    const ids = named(line.text)
    const isOf = ({ txId }: Executed) => txId !== undefined && ids.has(txId)
    if (isOf(call)) return [{ ...line, of: 'named' }]
    if (others.some(isOf)) return []
    const isShared = others.some(({ from, to }) => line.at >= from && line.at <= to + patience)
    return [{ ...line, of: isShared ? 'shared' : 'alone' }]
  })
}

/** Whether a line names this transaction, whole or short. */
export function names({ text }: Pick<LogLine, 'text'>, { txId }: Pick<Executed, 'txId'>): boolean {
  return txId !== undefined && named(text).has(txId)
}

/** The ids, whole or short, that a line names. */
function named(text: string): { has(txId: string): boolean } {
  // Most lines name none.
  if (!/[0-9a-f]{8}/.test(text)) return { has: () => false }
  const full = new Set(text.match(FULL))
  const short = new Set([...text.matchAll(SHORT)].map(([, id]) => id))
  return { has: (txId) => full.has(txId) || short.has(txId.slice(0, SHORT_LENGTH)) }
}

/** As nearly as is known: for an old call that failed, from its beginning. */
export function executionOf({ at, outcome }: CallRecord): Executed {
  if (outcome.state === 'running') return { from: at, to: Infinity, txId: undefined }
  if (outcome.state === 'failed') {
    const { txId } = outcome.error.details
    return { from: at, to: at + outcome.durationMs, txId: typeof txId === 'string' ? txId : undefined }
  }
  const { txId, times } = outcome.result
  return { from: times.executedAt, to: times.startedAt + times.durationMs - times.commitMs, txId }
}
