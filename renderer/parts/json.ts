/** A piece of pretty JSON and what it is, for colouring. */
export interface JsonToken {
  text: string
  kind: 'key' | 'string' | 'number' | 'word' | 'mark'
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g

/** The text as pretty JSON; undefined where it is not JSON, or a bare word or number that gains nothing by it. */
export function prettyJson(text: string): string | undefined {
  const first = text.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return undefined
  }
}

/** One line of JSON in coloured pieces. A line never ends within a string in pretty JSON. */
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

/** Where and why a text is not JSON, in words; undefined where it is. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    const position = /position (\d+)/.exec(message)?.[1]
    const words = message.replace(/ in JSON at position.*$/, '').replace(/, "?[\s\S]*"? is not valid JSON$/, '')
    if (position === undefined) return words
    const before = text.slice(0, Number(position)).split('\n')
    return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${words}`
  }
}
