import { createScanner, parseTree, type Node } from 'jsonc-parser'
import { messageOf } from '../../core/contract/error-message.ts'

/** A piece of JSON and its kind, for colouring. */
export interface JsonToken {
  text: string
  kind: 'key' | 'string' | 'number' | 'word' | 'mark'
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g

/**
 * A JSON object or array over several lines; undefined for anything else. Only white space changes: every number, key
 * and escape stays as it was written, since a double would change 9007199254740993 and 1.10.
 */
export function prettyJson(text: string): string | undefined {
  const first = text.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  return jsonProblem(text) === undefined ? indented(text) : undefined
}

/** Deeper levels are not indented further: nobody could read them, and the spaces would outgrow the text. */
const DEEPEST = 60

/** Valid JSON over several lines, two spaces deeper in each object and array. */
function indented(text: string): string {
  const scanner = createScanner(text, true)
  let out = ''
  let depth = 0
  const line = () => `\n${'  '.repeat(Math.min(depth, DEEPEST))}`
  let before = ''
  for (;;) {
    scanner.scan()
    const token = text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength())
    if (token === '') return out
    const opened = before === '{' || before === '['
    if (token === '}' || token === ']') {
      depth -= 1
      if (!opened) out += line()
    } else if (opened || before === ',') out += line()
    if (token === '{' || token === '[') depth += 1
    out += token === ':' ? ': ' : token
    before = token
  }
}

/**
 * JSON as a tree in which each value knows where it stands in the text; undefined if it isn't JSON, or too deep for the
 * stack.
 */
export function jsonTree(text: string): Node | undefined {
  if (jsonProblem(text) !== undefined) return undefined
  try {
    return parseTree(text)
  } catch {
    return undefined
  }
}

/** A value as it was written. */
export function written(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length)
}

/** Split a line of pretty JSON into tokens. Strings never span lines in pretty JSON. */
export function jsonTokens(line: string): JsonToken[] {
  const tokens: JsonToken[] = []
  let at = 0
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > at) tokens.push({ text: line.slice(at, match.index), kind: 'mark' })
    const [whole, quoted, colon, number] = match
    if (quoted !== undefined) {
      tokens.push({ text: quoted, kind: colon === undefined ? 'string' : 'key' })
      if (colon !== undefined) tokens.push({ text: colon, kind: 'mark' })
    } else {
      tokens.push({ text: whole, kind: number === undefined ? 'word' : 'number' })
    }
    at = match.index + whole.length
  }
  if (at < line.length) tokens.push({ text: line.slice(at), kind: 'mark' })
  return tokens
}

/** Where and why a text isn't JSON; undefined if it is. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (thrown) {
    const message = messageOf(thrown)
    const position = /position (\d+)/.exec(message)?.[1]
    const reason = message.replace(/ in JSON at position.*$/, '').replace(/, "?[\s\S]*"? is not valid JSON$/, '')
    if (position === undefined) return reason
    const before = text.slice(0, Number(position)).split('\n')
    return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${reason}`
  }
}
