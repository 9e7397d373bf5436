import { randomUUID } from 'node:crypto'
import type { Json } from './json.ts'

/** Strings and numbers. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/**
 * Only a text with this many digits in a row, or with an exponent, may contain a number that a double can't hold; and only
 * one with such an escape half a surrogate pair.
 */
const suspicious = /\d{16}|\d[eE]\+?\d|\\u[dD][89a-fA-F]/
const integer = /^-?\d+$/
/** From here on Go writes a float64 with an exponent, which Erlang reads as a float. */
const MOST = 1e21
/** Random, so no document can contain it. */
const mark = randomUUID()

/**
 * A query as CouchDB gets it: Go passes numbers on as written (statecouchdb.go, UseNumber), and Erlang's integers are
 * unbounded, so integers that a double can't hold are bigints.
 * @throws SyntaxError
 */
export function parseQuery(text: string): Json {
  return parse(text, (digits) => (integer.test(digits) ? digits : undefined))
}

/**
 * A document as CouchDB holds it: Go reads numbers as float64 and writes them in their shortest form (couchdoc_conv.go,
 * keyValToCouchDoc), so 12345678901234567890 becomes 12345678901234567000, an integer again. A number that no float64
 * can hold, like 1e400, is null, and Go calls the document faulty (encoding/json, decode.go, convertNumber).
 * @throws SyntaxError
 */
export function parseDocument(text: string): { json: Json; isFaulty: boolean } {
  let isFaulty = false
  const json = parse(text, (digits) => {
    const number = Number(digits)
    if (!Number.isFinite(number)) {
      isFaulty = true
      return 'null'
    }
    return Number.isInteger(number) && Math.abs(number) < MOST ? String(number) : undefined
  })
  return { json, isFaulty }
}

/** `integerOf`: the digits to keep of a number, if it is an integer; null for one that isn't kept. */
function parse(text: string, integerOf: (digits: string) => string | undefined): Json {
  if (!suspicious.test(text)) return JSON.parse(text) as Json
  const marked = text.replace(token, (part) => {
    if (part.startsWith('"')) return wellFormed(part)
    const digits = Number.isSafeInteger(Number(part)) ? undefined : integerOf(part)
    return digits === undefined || digits === 'null' ? (digits ?? part) : `{"${mark}":"${digits}"}`
  })
  return JSON.parse(marked, revive) as Json
}

/** Go reads half a surrogate pair as U+FFFD, and so does whoever encodes one as UTF-8. */
function wellFormed(string: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(string)) return string
  return JSON.stringify(Buffer.from(JSON.parse(string) as string).toString())
}

function revive(_name: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const digits = value[mark]
  return typeof digits === 'string' ? BigInt(digits) : value
}
