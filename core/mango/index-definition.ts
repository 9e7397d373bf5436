import { isObject, type Json, type JsonObject } from './json.ts'
import { erlang, erlangPretty, MangoError } from './mango-error.ts'
import { normalize, type Selector } from './selector.ts'

/** An index of JSON documents, as `_index` and the files of META-INF/statedb/couchdb/indexes define it. */
export interface IndexDefinition {
  /** Design document, without `_design/`. */
  ddoc: string
  name: string
  /** Fields in order; CouchDB's views ignore an index's direction. */
  fields: string[]
  /** Only matching documents are in the index, which must be asked for by name. */
  partial: Selector | undefined
  /** As it was written. */
  definition: JsonObject
}

/**
 * Reads an index file's content. Missing names are derived from the definition, so the same file is the same index
 * (mango_idx.erl, get_idx_name and get_idx_ddoc).
 * @throws MangoError
 */
export function parseIndex(json: Json, hash: (text: string) => string): IndexDefinition {
  if (!isObject(json)) throw new MangoError('invalid_index', `JSON indexes must be an object, not: ${erlang(json)}`)
  const definition = json['index']
  if (definition === undefined) throw new MangoError('missing_required_key', 'Missing required key: index')
  if (!isObject(definition)) {
    throw new MangoError('invalid_index', `JSON indexes must be an object, not: ${erlang(definition)}`)
  }
  const type = json['type'] ?? 'json'
  if (type === 'text') throw new MangoError('required index service unavailable', type, 503)
  if (type !== 'json') {
    throw new MangoError('invalid_index', `Invalid type for index: ${typeof type === 'string' ? type : erlang(type)}`)
  }
  mustKnow(json, ['index', 'type', 'name', 'ddoc', 'w', 'partitioned'])
  mustKnow(definition, ['fields', 'partial_filter_selector'])
  if (definition['fields'] === undefined) throw new MangoError('missing_required_key', 'Missing required key: fields')
  const partial = definition['partial_filter_selector']
  const fallback = hash(JSON.stringify(definition))
  return {
    ddoc: nameOf(json['ddoc'], fallback).replace(/^_design\//, ''),
    name: nameOf(json['name'], fallback),
    fields: parseSort(definition['fields'] ?? null).fields,
    partial:
      partial === undefined || (isObject(partial) && Object.keys(partial).length === 0)
        ? undefined
        : normalize(partial),
    definition,
  }
}

function mustKnow(json: JsonObject, names: readonly string[]): void {
  const unknown = Object.keys(json).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new MangoError('invalid_key', `Invalid key ${unknown} for this request.`)
}

function nameOf(name: Json | undefined, fallback: string): string {
  if (name === undefined) return fallback
  if (typeof name !== 'string') throw new MangoError('invalid_string', `Invalid string: ${erlang(name)}`)
  if (name === '') throw new MangoError('invalid_empty_string', 'Index name or ddoc cannot be empty string')
  return name
}

export interface Sort {
  fields: string[]
  descending: boolean
}

/** `["a", {"b": "asc"}]`; all of them in one direction (mango_sort.erl). @throws MangoError */
export function parseSort(json: Json): Sort {
  if (!Array.isArray(json)) {
    throw new MangoError('invalid_sort_json', `Sort must be an array of sort specs, not: ${erlangPretty(json)}`)
  }
  const specs = json.map(sortField)
  const directions = new Set(specs.map(({ direction }) => direction))
  if (directions.size > 1) {
    throw new MangoError('unsupported_mixed_sort', 'Sorts currently only support a single direction for all fields.')
  }
  return { fields: specs.map(({ field }) => field), descending: directions.has('desc') }
}

function sortField(spec: Json): { field: string; direction: 'asc' | 'desc' } {
  if (typeof spec === 'string' && spec !== '') return { field: spec, direction: 'asc' }
  const [[field, direction] = ['', null], ...more] = isObject(spec) ? Object.entries(spec) : []
  if (field !== '' && more.length === 0 && (direction === 'asc' || direction === 'desc')) return { field, direction }
  throw new MangoError('invalid_sort_field', `Invalid sort field: ${erlangPretty(spec)}`)
}
