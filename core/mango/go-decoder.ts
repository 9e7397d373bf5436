import { parseQuery } from './exact-json.ts'
import type { Json } from './json.ts'

/** encoding/json, scanner.go, maxNestingDepth. */
const MAX_DEPTH = 10_000

/** What is expected next. */
type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | 'colon' | 'comma or ]' | 'comma or }'

/**
 * The first JSON value of a text, as Go's json.Decoder takes it: whatever comes behind it is not looked at.
 * @throws Error in the words of Go's encoding/json (scanner.go, go1.26)
 */
export function decodeFirst(text: string): Json {
  return parseQuery(text.slice(0, endOfValue(text)))
}

/** Without recursion: ten thousand levels are Go's own limit. */
function endOfValue(text: string): number {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = skipSpace(text, 0)
  if (at === text.length) throw new Error('EOF')

  /** A value has ended at `at`. */
  const ended = (): Expected => (open.at(-1) === '{' ? 'comma or }' : 'comma or ]')
  const close = () => {
    open.pop()
    at++
    expected = ended()
  }

  for (;;) {
    at = skipSpace(text, at)
    const c = text[at]
    if (c === undefined) throw new Error('unexpected EOF')
    switch (expected) {
      case 'value':
      case 'value or ]':
        if (c === ']' && expected === 'value or ]') close()
        else if (c === '{' || c === '[') {
          open.push(c)
          if (open.length > MAX_DEPTH) throw invalid(c, 'exceeded max depth')
          at++
          expected = c === '{' ? 'key or }' : 'value or ]'
          continue
        } else {
          at = endOfScalar(text, at)
          expected = ended()
        }
        break
      case 'key':
      case 'key or }':
        if (c === '}' && expected === 'key or }') close()
        else if (c === '"') {
          at = endOfString(text, at)
          expected = 'colon'
          continue
        } else throw invalid(c, 'looking for beginning of object key string')
        break
      case 'colon':
        if (c !== ':') throw invalid(c, 'after object key')
        at++
        expected = 'value'
        continue
      case 'comma or }':
        if (c === '}') close()
        else if (c === ',') {
          at++
          expected = 'key'
          continue
        } else throw invalid(c, 'after object key:value pair')
        break
      case 'comma or ]':
        if (c === ']') close()
        else if (c === ',') {
          at++
          expected = 'value'
          continue
        } else throw invalid(c, 'after array element')
        break
    }
    if (open.length === 0) return at
  }
}

function endOfScalar(text: string, at: number): number {
  const c = text[at] ?? ''
  if (c === '"') return endOfString(text, at)
  if (c === '-' || isDigit(c)) return endOfNumber(text, at)
  const word = ['true', 'false', 'null'].find((one) => one.startsWith(c))
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
  // Behind a first 0 there are no more digits.
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

/** quoteChar shows a byte, so of a character of several its first. */
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
  // Of Latin-1, what strconv.Quote does not print is shown by its number.
  if (byte >= 0x80 && (byte < 0xa1 || byte === 0xad)) return `'\\u00${byte.toString(16)}'`
  return `'${String.fromCharCode(byte)}'`
}
