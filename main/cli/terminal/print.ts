import { PeerError, type PeerErrorData } from '../../../core/contract/error.ts'
import type { Printed } from '../../../core/contract/cause.ts'
import { quietJson } from '../../../core/contract/quiet-json.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say, sayError } from '../../host/say.ts'
import type { ErrorDocument } from './documents.ts'
import { exitCodeOfError, type ExitCode } from './exit-code.ts'

export interface PrintOptions {
  /** Indented, whoever reads it. */
  pretty?: boolean
}

/** One JSON document on stdout: a line for a program, indented for a person. */
export function print(document: unknown, { pretty = process.stdout.isTTY }: PrintOptions = {}): void {
  printLine(document, pretty ? 2 : 0)
}

/** The same on one line, whoever reads it. */
export function printLine(document: unknown, indent = 0): void {
  process.stdout.write(`${quietJson(document, indent)}\n`)
}

/**
 * Print an error instead of the result, and say it unless the author interrupted the command. What a tool or the
 * chaincode printed comes first, unless `quiet`.
 */
export function printError(
  error: unknown,
  signal: AbortSignal,
  { quiet = false, ...options }: PrintOptions & { quiet?: boolean } = {},
): ExitCode {
  printErrorDocument(error, options)
  if (!signal.aborted) {
    if (!quiet) sayOutput(PeerError.from(error))
    sayError(error)
  }
  return exitCodeOfError(PeerError.from(error).code)
}

/** The error as JSON. Whoever reads both streams on a terminal has the same in words, and needs it once. */
export function printErrorDocument(error: unknown, options: PrintOptions = {}): void {
  const isRead = process.stdout.isTTY && process.stderr.isTTY
  if (!isRead || options.pretty === true) print(errorDocument(error), options)
}

/** What was printed until something failed, if this error is about that. */
export function sayOutput({ details }: { details: object }): void {
  const { output } = details as Partial<Printed>
  for (const line of output ?? []) say(`  | ${line}`)
}

/**
 * Errors whose facts a program may want to read: what differs between peers, why each of them refused, and the places
 * of mistakes.
 */
const WITH_DETAILS: readonly PeerErrorData['code'][] = [
  'RESULTS_DIFFER',
  'ENDORSEMENT_FAILED',
  'CONFIG_SYNTAX',
  'CONFIG_INVALID',
  'PROJECT_FILE_INVALID',
  'NETWORK_REFUSED',
  'NETWORK_COMMIT_UNKNOWN',
]

function errorDocument(thrown: unknown): ErrorDocument {
  const { code, parts, details } = PeerError.from(thrown)
  const { output, cause } = details as Partial<Printed>
  const facts = WITH_DETAILS.includes(code) ? details : undefined
  return {
    error: withoutUndefined({ code, what: parts.what, why: parts.why, do: parts.do, cause, output, details: facts }),
  }
}
