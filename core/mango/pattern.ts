import { RE2JS, RE2JSException } from 're2js'

/** Whether a text holds a match. */
export type Pattern = (text: string) => boolean

/**
 * Whether it is a pattern at all. Erlang's `re` is PCRE; RE2's language is the part of it that needs no backtracking,
 * so that no pattern can take longer than the text is long.
 */
export function checkPattern(pattern: string): boolean {
  return compile(pattern) !== undefined
}

/** Whether a pattern that RE2 refuses is one all the same: with lookaround or references back. */
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

/** CouchDB does not ask for Unicode, so a pattern sees the bytes of UTF-8 (mango_selector.erl, re:run without `unicode`). */
function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(bytesAsText(pattern).replace(/(?<!\\)((?:\\\\)*)\$$/, '$1(?:\\n?\\z)'))
  } catch {
    // RE2 says what it does not understand; CouchDB quotes the pattern and nothing more.
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
