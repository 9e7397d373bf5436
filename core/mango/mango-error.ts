import { compareKeys } from './key-order.ts'
import { isObject, type Json } from './json.ts'

/**
 * CouchDB's refusal of a query: `error` and `reason` of the answer's body, and its HTTP status. The message is the text
 * that Fabric makes of it, which chaincode gets to see (statecouchdb/couchdb.go, handleRequest, v3.1).
 */
export class MangoError extends Error {
  readonly status: number
  readonly error: string
  readonly reason: string

  constructor(error: string, reason: string, status = 400) {
    super(`error handling CouchDB request. Error:${error},  Status Code:${status},  Reason:${reason}`)
    this.status = status
    this.error = error
    this.reason = reason
  }
}

/** A value as Erlang's `~w` prints it: CouchDB's reasons quote values that way. */
export function erlang(value: Json, show: (text: string) => string = bytesOf): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return erlangNumber(value)
  if (typeof value === 'string') return show(value)
  if (Array.isArray(value)) return `[${value.map((element) => erlang(element, show)).join(',')}]`
  if (!isObject(value)) return ''
  const fields = Object.keys(value).sort(compareKeys)
  return `{[${fields.map((name) => `{${show(name)},${erlang(value[name] ?? null, show)}}`).join(',')}]}`
}

/** The same as `~p` prints it, which shows strings as text. */
export function erlangPretty(value: Json): string {
  return erlang(value, (text) => `<<${text === '' ? '' : JSON.stringify(text)}>>`)
}

/** To Erlang a number with an exponent is a float, which it writes with a fraction. */
function erlangNumber(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent.replace('+', '')}`
}

function bytesOf(text: string): string {
  return `<<${[...Buffer.from(text)].join(',')}>>`
}
