import { PeerError, type PeerErrorData, type ThreeParts } from '../../../core/contract/error.ts'

/** Prose for a person, always on stderr: stdout is for JSON. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** One JSON document on stdout: a line for a program, indented for a person. */
export function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** An error in its three parts; a stack only for who works on Slipway. */
export function sayError(thrown: unknown): void {
  const error = PeerError.from(thrown)
  say(threeParts(error.parts))
  if (process.env['SLIPWAY_DEBUG']) say(stackOf(error))
}

export function threeParts({ what, why, do: advice }: ThreeParts): string {
  return `✗ ${what}\n  why: ${indent(why)}\n  do:  ${indent(advice)}`
}

/** The error as the document that stands in a result's place. */
export function errorDocument(thrown: unknown): { error: { code: PeerErrorData['code'] } & ThreeParts } {
  const { code, parts } = PeerError.from(thrown)
  return { error: { code, what: parts.what, why: parts.why, do: parts.do } }
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n       ')
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
