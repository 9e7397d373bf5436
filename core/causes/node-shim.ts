import type { CauseKind } from '../contract/cause.ts'
import { lastIndex, SURE, type Found, type Reader } from './found.ts'

/** An option in the usage text that fabric-shim's command prints before any failure (yargs). */
const OPTION = /^\s+(?:-\w, )?--[\w.-]+\s.*\[(?:boolean|string|number|required|default: .*)\]$/
/** fabric-shim's logger: 2026-11-30T12:00:00.000Z error [c-api:lib/handler.js] … */
const LOGGED = /^\S+ (?:error|ERROR)\s+\[[\w-]+:[^\]]+\]\s+(.*)$/

/** What fabric-shim prints itself. */
export const readNodeShim: Reader = (lines) => readAfterUsage(lines) ?? readLogged(lines)

/** Below the usage text stands what failed: an error's message, or whatever the contract threw. */
function readAfterUsage(lines: readonly string[]): Found | undefined {
  const usage = lastIndex(lines, OPTION)
  if (usage < 0) return undefined
  let at = usage + 1
  while (at < lines.length && lines[at]?.trim() === '') at++
  if (at >= lines.length) return undefined
  const message = (lines[at] ?? '').trim()
  const isUsage = /^(?:Missing required argument|Unknown argument|Not enough non-option|Invalid values)/.test(message)
  return { message, kind: isUsage ? 'config' : 'thrown', sure: isUsage ? SURE.certain : SURE.summary, at }
}

/** The first error of its logger since the start: the later ones follow from it. */
function readLogged(lines: readonly string[]): Found | undefined {
  const at = lines.findIndex((line) => LOGGED.test(line))
  if (at < 0) return undefined
  const text = LOGGED.exec(lines[at] ?? '')?.[1] ?? ''
  // It logs an error as JSON, stack included, behind the format that it doesn't fill in: `… %j "Error: 14 …\n    at …"`
  const message = (/%[jso] "?(.+?)(?:\\n|"?$)/.exec(text)?.[1] ?? text).trim()
  return { message, kind: kindOf(message), sure: SURE.summary, at }
}

function kindOf(message: string): CauseKind {
  return /ECONNREFUSED|UNAVAILABLE|on error|connect/i.test(message) ? 'connection' : 'thrown'
}
