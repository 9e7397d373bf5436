import { PeerError, type ThreeParts } from '../../core/contract/error.ts'

/** Prose for a person, always on stderr: stdout is for JSON. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** An error in its three parts, with its stack only for someone debugging Slipway itself. */
export function sayError(thrown: unknown): void {
  const error = PeerError.from(thrown)
  say(threeParts(error.parts))
  if (process.env['SLIPWAY_DEBUG']) say(stackOf(error))
}

export function threeParts({ what, why, do: advice }: ThreeParts): string {
  return `✗ ${what}\n  why: ${indent(why)}\n  do:  ${indent(advice)}`
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n       ')
}

/** With the stacks of its causes. */
export function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
