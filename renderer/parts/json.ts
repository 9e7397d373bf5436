import { messageOf } from '../../core/contract/error-message.ts'

/** A piece of pretty JSON and its kind, for colouring. */
export interface JsonToken {
  text: string
  kind: 'key' | 'string' | 'number' | 'word' | 'mark'
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g

/** Pretty-print a JSON object or array; undefined for anything else. */
export function prettyJson(text: string): string | undefined {
  const first = text.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return undefined
  }
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
