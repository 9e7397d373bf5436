import { PeerError, type PeerErrorData, type ThreeParts } from '../../../core/contract/error.ts'
import type { Printed } from '../../../core/contract/cause.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say, sayError } from '../../host/say.ts'
import { exitCodeOfError, type ExitCode } from './exit-code.ts'

/** One JSON document on stdout: a line for a program, indented for a person. */
export function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/**
 * Print an error instead of the result, and say it unless the author interrupted the command. What a tool or the
 * chaincode printed comes first, unless `quiet`.
 */
export function printError(error: unknown, signal: AbortSignal, { quiet = false } = {}): ExitCode {
  print(errorDocument(error))
  if (!signal.aborted) {
    if (!quiet) sayOutput(PeerError.from(error))
    sayError(error)
  }
  return exitCodeOfError(PeerError.from(error).code)
}

/** What was printed until something failed, if this error is about that. */
export function sayOutput({ details }: { details: object }): void {
  const { output } = details as Partial<Printed>
  for (const line of output ?? []) say(`  | ${line}`)
}

/** Errors whose facts a program may want to read: what differs between peers, and why each of them refused. */
const WITH_DETAILS: readonly PeerErrorData['code'][] = ['RESULTS_DIFFER', 'ENDORSEMENT_FAILED']

/** The output is bounded: at most 50 lines of at most 2,000 characters. */
function errorDocument(thrown: unknown): {
  error: { code: PeerErrorData['code']; details?: object } & ThreeParts & Partial<Pick<Printed, 'output' | 'cause'>>
} {
  const { code, parts, details } = PeerError.from(thrown)
  const { output, cause } = details as Partial<Printed>
  const facts = WITH_DETAILS.includes(code) ? details : undefined
  return {
    error: withoutUndefined({ code, what: parts.what, why: parts.why, do: parts.do, cause, output, details: facts }),
  }
}
