import { PeerError, type PeerErrorData, type ThreeParts } from '../../../core/contract/error.ts'
import { sayError } from '../../host/say.ts'
import { exitCodeOfError, type ExitCode } from './exit-code.ts'

/** One JSON document on stdout: a line for a program, indented for a person. */
export function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** Print an error instead of the result, and say it unless the author interrupted the command. */
export function printError(error: unknown, signal: AbortSignal): ExitCode {
  print(errorDocument(error))
  if (!signal.aborted) sayError(error)
  return exitCodeOfError(PeerError.from(error).code)
}

function errorDocument(thrown: unknown): { error: { code: PeerErrorData['code'] } & ThreeParts } {
  const { code, parts } = PeerError.from(thrown)
  return { error: { code, what: parts.what, why: parts.why, do: parts.do } }
}
