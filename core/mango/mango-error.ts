import { compareKeys } from '../ledger/key-order.ts'
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
export function erlang(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `<<${[...Buffer.from(value)].join(',')}>>`
  if (Array.isArray(value)) return `[${value.map(erlang).join(',')}]`
  if (!isObject(value)) return ''
  const fields = Object.keys(value).sort(compareKeys)
  return `{[${fields.map((name) => `{${erlang(name)},${erlang(value[name] ?? null)}}`).join(',')}]}`
}
