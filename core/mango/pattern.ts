import { RE2JS, RE2JSException } from 're2js'

/** Whether a text contains a match. */
export type Pattern = (text: string) => boolean

/**
 * Whether RE2 accepts the pattern. Erlang's `re` is PCRE; RE2's language is the part of it that needs no backtracking, so
 * matching takes time linear in the text's length.
 */
export function checkPattern(pattern: string): boolean {
  return compile(pattern) !== undefined
}

/** Whether a pattern that RE2 refuses is valid otherwise: it has lookaround or backreferences. */
export function isBeyondRE2(pattern: string): boolean {
  try {
    return new RegExp(pattern).source !== ''
  } catch {
    return false
  }
}

/** @throws RE2JSException for what `checkPattern` refuses */
export function patternOf(pattern: string): Pattern {
  const compiled = compile(pattern)
  if (compiled === undefined) throw new RE2JSException(pattern)
  return (text) => compiled.matcher(bytesAsText(text)).find()
}

/** CouchDB matches bytes of UTF-8, not characters (mango_selector.erl, re:run without `unicode`). */
function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(bytesAsText(pattern).replace(/(?<!\\)((?:\\\\)*)\$$/, '$1(?:\\n?\\z)'))
  } catch {
    // CouchDB only quotes the pattern, so RE2's reason isn't needed.
    return undefined
  }
}

function bytesAsText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text).toString('latin1')
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
