import { compareKeys } from './key-order.ts'
import { isObject, type Json } from './json.ts'

/**
 * What CouchDB refuses a query with: `error` and `reason` of the answer's body, and its HTTP status. Its message is
 * the text that Fabric makes of it, which a chaincode gets to see (statecouchdb/couchdb.go, handleRequest, v3.1).
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

/** A value as Erlang prints it with `~w`, in which CouchDB's reasons quote what was wrong. */
export function erlang(value: Json, show: (text: string) => string = bytesOf): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return erlangNumber(value)
  if (typeof value === 'string') return show(value)
  if (Array.isArray(value)) return `[${value.map((one) => erlang(one, show)).join(',')}]`
  if (!isObject(value)) return ''
  const fields = Object.keys(value).sort(compareKeys)
  return `{[${fields.map((name) => `{${show(name)},${erlang(value[name] ?? null, show)}}`).join(',')}]}`
}

/** The same as `~p` prints it, which shows texts as such. */
export function erlangPretty(value: Json): string {
  return erlang(value, (text) => `<<${text === '' ? '' : JSON.stringify(text)}>>`)
}

/** What has an exponent in JSON is a float to Erlang, which writes it with a fraction. */
function erlangNumber(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent.replace('+', '')}`
}

function bytesOf(text: string): string {
  return `<<${[...Buffer.from(text)].join(',')}>>`
}
