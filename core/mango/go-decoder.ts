import { parseQuery } from './exact-json.ts'
import type { Json } from './json.ts'

/** encoding/json, scanner.go, maxNestingDepth. */
const MAX_DEPTH = 10_000

/** What the scanner expects next. */
type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | 'colon' | 'comma or ]' | 'comma or }'

/** What a token means for the scanner: a container begins or ends, a value is complete, or something is expected next. */
type Meaning = '{' | '[' | 'close' | 'complete' | Expected

/** Scans the token that begins with the character `c` at `at`. Returns where it ends and what it means. */
type TokenScanner = (c: string, text: string, at: number) => [end: number, meaning: Meaning]

/**
 * The first JSON value of a text, as Go's json.Decoder reads it: what follows is ignored.
 * @throws Error in the words of Go's encoding/json (scanner.go, go1.26)
 */
export function decodeFirst(text: string): Json {
  return parseQuery(text.slice(0, endOfValue(text)))
}

const scanValue: TokenScanner = (c, text, at) =>
  c === '{' || c === '[' ? [at + 1, c] : [endOfScalar(text, at), 'complete']

const scanKey: TokenScanner = (c, text, at) => {
  if (c !== '"') throw invalid(c, 'looking for beginning of object key string')
  return [endOfString(text, at), 'colon']
}

const scanners: Record<Expected, TokenScanner> = {
  value: scanValue,
  'value or ]': (c, text, at) => (c === ']' ? [at + 1, 'close'] : scanValue(c, text, at)),
  key: scanKey,
  'key or }': (c, text, at) => (c === '}' ? [at + 1, 'close'] : scanKey(c, text, at)),
  colon(c, _text, at) {
    if (c !== ':') throw invalid(c, 'after object key')
    return [at + 1, 'value']
  },
  'comma or }'(c, _text, at) {
    if (c !== ',' && c !== '}') throw invalid(c, 'after object key:value pair')
    return [at + 1, c === ',' ? 'key' : 'close']
  },
  'comma or ]'(c, _text, at) {
    if (c !== ',' && c !== ']') throw invalid(c, 'after array element')
    return [at + 1, c === ',' ? 'value' : 'close']
  },
}

/** Without recursion: Go allows ten thousand levels. */
function endOfValue(text: string): number {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = skipSpace(text, 0)
  if (at === text.length) throw new Error('EOF')
  do {
    at = skipSpace(text, at)
    const c = text[at]
    if (c === undefined) throw new Error('unexpected EOF')
    const [end, meaning] = scanners[expected](c, text, at)
    at = end
    switch (meaning) {
      case '{':
      case '[':
        if (open.push(meaning) > MAX_DEPTH) throw invalid(c, 'exceeded max depth')
        expected = meaning === '{' ? 'key or }' : 'value or ]'
        break
      case 'close':
      case 'complete':
        if (meaning === 'close') open.pop()
        expected = open.at(-1) === '{' ? 'comma or }' : 'comma or ]'
        break
      default:
        expected = meaning
    }
  } while (open.length > 0)
  return at
}

function endOfScalar(text: string, at: number): number {
  const c = text[at] ?? ''
  if (c === '"') return endOfString(text, at)
  if (c === '-' || isDigit(c)) return endOfNumber(text, at)
  const word = ['true', 'false', 'null'].find((literal) => literal.startsWith(c))
  if (word === undefined) throw invalid(c, 'looking for beginning of value')
  for (let i = 1; i < word.length; i++) {
    const next = text[at + i]
    if (next === undefined) throw new Error('unexpected EOF')
    if (next !== word[i]) throw invalid(next, `in literal ${word} (expecting '${word[i] ?? ''}')`)
  }
  return at + word.length
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const c = text[at] ?? ''
    if (c === '"') return at + 1
    if (c < ' ') throw invalid(c, 'in string literal')
    if (c !== '\\') continue
    const escape = text[++at]
    if (escape === undefined) break
    if (escape === 'u') {
      for (let i = 0; i < 4; i++) {
        const digit = text[++at]
        if (digit === undefined) throw new Error('unexpected EOF')
        if (!/[0-9a-fA-F]/.test(digit)) throw invalid(digit, 'in \\u hexadecimal character escape')
      }
    } else if (!'bfnrt\\/"'.includes(escape)) throw invalid(escape, 'in string escape code')
  }
  throw new Error('unexpected EOF')
}

function endOfNumber(text: string, start: number): number {
  let at = start
  const digits = (where: string) => {
    const first = text[at]
    if (first === undefined) throw new Error('unexpected EOF')
    if (!isDigit(first)) throw invalid(first, where)
    while (isDigit(text[at] ?? '')) at++
  }
  if (text[at] === '-') at++
  // No digits may follow a leading 0.
  if (text[at] === '0') at++
  else digits('in numeric literal')
  if (text[at] === '.') {
    at++
    digits('after decimal point in numeric literal')
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at++
    if (text[at] === '+' || text[at] === '-') at++
    digits('in exponent of numeric literal')
  }
  return at
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++
  return at
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9'
}

/** quoteChar shows one byte, so the first of a multi-byte character. */
function invalid(c: string, where: string): Error {
  return new Error(`invalid character ${quoted(c)} ${where}`)
}

function quoted(c: string): string {
  if (c === "'") return `'\\''`
  if (c === '"') return `'"'`
  const byte = Buffer.from(c)[0] ?? 0
  const named: Record<number, string> = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    92: '\\\\',
  }
  const name = named[byte]
  if (name !== undefined) return `'${name}'`
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`
  // strconv.Quote escapes the unprintable characters of Latin-1.
  if (byte >= 0x80 && (byte < 0xa1 || byte === 0xad)) return `'\\u00${byte.toString(16)}'`
  return `'${String.fromCharCode(byte)}'`
}
