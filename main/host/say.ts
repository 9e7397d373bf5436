import { PeerError, type ThreeParts } from '../../core/contract/error.ts'
import { visibleWithColours } from '../../core/contract/visible.ts'

const COLOURS_OFF = '\u001b[0m'

/**
 * Prose for a person, always on stderr: stdout is for JSON. What a chaincode, a tool or a file name says in it may have
 * colours and do nothing else to the terminal.
 */
export function say(text: string): void {
  const shown = visibleWithColours(text)
  process.stderr.write(`${shown}${shown.includes('\u001b') ? COLOURS_OFF : ''}\n`)
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
