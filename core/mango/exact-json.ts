import { randomUUID } from 'node:crypto'
import type { Json } from './json.ts'

/** Strings, which are skipped, and numbers. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** Only a text with this many digits in a row, or with an exponent, may contain an integer that a double can't hold. */
const suspicious = /\d{16}|\d[eE]\+?\d/
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
 * keyValToCouchDoc), so 12345678901234567890 becomes 12345678901234567000, an integer again.
 * @throws SyntaxError
 */
export function parseDocument(text: string): Json {
  return parse(text, (digits) => {
    const number = Number(digits)
    return Number.isInteger(number) && Math.abs(number) < MOST ? String(number) : undefined
  })
}

/** `integerOf`: the digits to keep of a number, if it is an integer. */
function parse(text: string, integerOf: (digits: string) => string | undefined): Json {
  if (!suspicious.test(text)) return JSON.parse(text) as Json
  const marked = text.replace(token, (part) => {
    const digits = part.startsWith('"') || Number.isSafeInteger(Number(part)) ? undefined : integerOf(part)
    return digits === undefined ? part : `{"${mark}":"${digits}"}`
  })
  return JSON.parse(marked, revive) as Json
}

function revive(_name: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const digits = value[mark]
  return typeof digits === 'string' ? BigInt(digits) : value
}
