import { compareKeys } from './key-order.ts'
import { parseField, type FieldPath } from './field-path.ts'
import { parseSort, type Sort } from './index-definition.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { erlang, MangoError } from './mango-error.ts'
import { isInteger, normalize, type Selector } from './selector.ts'

/** The body of `_find`, checked. */
export interface FindRequest {
  selector: Selector
  sort: Sort
  /** The fields to return of each document; undefined: all. */
  fields: FieldPath[] | undefined
  limit: number
  skip: number
  bookmark: string | undefined
  /** Design document, and optionally the index in it; empty: whichever is best. */
  useIndex: string[]
  allowFallback: boolean
}

const DEFAULT_LIMIT = 25
/** All keys that CouchDB knows, some of which make no difference here. */
const known = new Set(
  'selector use_index bookmark limit skip sort fields partition r conflicts stale update stable execution_stats allow_fallback'.split(
    ' ',
  ),
)

/** mango_opts.erl, validate_find. @throws MangoError */
export function parseFind(body: Json): FindRequest {
  if (!isObject(body)) throw new MangoError('bad_request', 'Request body must be a JSON object')
  if (body['selector'] === undefined) throw new MangoError('missing_required_key', 'Missing required key: selector')
  const request: FindRequest = {
    selector: normalize(body['selector']),
    useIndex: useIndexOf(body['use_index'] ?? null),
    bookmark: bookmarkOf(body['bookmark'] ?? null),
    limit: countOf(body, 'limit', DEFAULT_LIMIT),
    skip: countOf(body, 'skip', 0),
    sort: parseSort(fieldOr(body, 'sort', [])),
    fields: fieldsOf(fieldOr(body, 'fields', [])),
    allowFallback: flagOf(body, 'allow_fallback', true),
  }
  checkClusterKeys(body)
  for (const flag of ['conflicts', 'update', 'stable', 'execution_stats']) flagOf(body, flag, false)
  const unknown = Object.keys(body)
    .sort(compareKeys)
    .find((key) => !known.has(key))
  if (unknown !== undefined) throw new MangoError('invalid_key', `Invalid key ${unknown} for this request.`)
  return request
}

/** The field or its default; null is a value like any other. */
function fieldOr(body: JsonObject, name: string, fallback: Json): Json {
  const value = body[name]
  return value === undefined ? fallback : value
}

function countOf(body: JsonObject, name: string, fallback: number): number {
  const value = fieldOr(body, name, fallback)
  if (isInteger(value) && value >= 0) return value
  throw new MangoError('invalid_non_neg_integer', `${erlang(value)} is not an integer greater than or equal to zero`)
}

/** Keys that mean nothing to a single node without partitions, but are checked. */
function checkClusterKeys(body: JsonObject): void {
  const r = fieldOr(body, 'r', 1)
  if (!isInteger(r) || r <= 0) {
    throw new MangoError('invalid_pos_integer', `${erlang(r)} is not an integer greater than zero`)
  }
  const partition = fieldOr(body, 'partition', '')
  if (typeof partition !== 'string') throw new MangoError('illegal_partition', 'Partition must be a string')
  if (partition !== '') throw new MangoError('bad_request', 'partition specified on non-partitioned db')
  const stale = fieldOr(body, 'stale', false)
  if (stale !== false && stale !== 'ok') throw unknownError(`invalid_ok_or_false_value,${erlang(stale)}`)
}

/** CouchDB has no error text for these. */
function unknownError(what: string): MangoError {
  return new MangoError('unknown_error', `Unknown Error: mango_opts :: {${what}}`, 500)
}

function flagOf(body: JsonObject, name: string, fallback: boolean): boolean {
  const value = fieldOr(body, name, fallback)
  if (typeof value === 'boolean') return value
  throw new MangoError('invalid_boolean', `Invalid boolean value: ${erlang(value)}`)
}

function useIndexOf(value: Json): string[] {
  if (value === null) return []
  const parts = typeof value === 'string' ? value.replace(/^_design\//, '').split('/') : value
  const texts = Array.isArray(parts) ? parts.filter((part) => typeof part === 'string') : undefined
  if (texts?.length === (Array.isArray(parts) ? parts.length : -1) && texts.length <= 2) return texts
  throw new MangoError('invalid_index_name', `Invalid index name: ${erlang(value)}`)
}

function bookmarkOf(value: Json): string | undefined {
  if (value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw unknownError(`invalid_bookmark,${erlang(value)}`)
}

function fieldsOf(value: Json): FieldPath[] | undefined {
  if (!Array.isArray(value)) {
    throw new MangoError('invalid_fields', `Fields must be an array of strings, not: ${erlang(value)}`)
  }
  if (value.length === 0) return undefined
  return value.map((field) => {
    if (typeof field === 'string') return parseField(field)
    throw new MangoError('invalid_field', `Invalid JSON for field spec: ${erlang(field)}`)
  })
}
