import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'

const PLACES = [
  /^META-INF\/statedb\/couchdb\/indexes\/.*\.json/,
  /^META-INF\/statedb\/couchdb\/collections\/[A-Za-z0-9_-]+\/indexes\/.*\.json/,
]

/**
 * Check a file of META-INF as a peer does: it must be a CouchDB index in one of two places (Fabric v2.5.16
 * internal/ccmetadata/validators.go). `name` begins with `META-INF`. Throws PACKAGE_INVALID.
 */
export function checkMetadata(name: string, text: string): void {
  const invalid = (reason: string) =>
    new PeerError('PACKAGE_INVALID', {
      file: name,
      reason,
      do: 'Fix it, or move it out of META-INF: a peer accepts only CouchDB indexes there.',
    })
  if (!PLACES.some((place) => place.test(name))) {
    throw invalid(
      'META-INF may only hold statedb/couchdb/indexes/*.json and statedb/couchdb/collections/<name>/indexes/*.json.',
    )
  }
  const fault = faultOf(text)
  if (fault !== undefined) throw invalid(fault)
}

function faultOf(text: string): string | undefined {
  let index: unknown
  try {
    index = JSON.parse(text)
  } catch (error) {
    return `It is not valid JSON: ${messageOf(error)}`
  }
  if (!isObject(index)) return 'An index must be a JSON object.'
  for (const [key, value] of Object.entries(index)) {
    if (key === 'index') {
      const fault = faultOfIndex(value)
      if (fault !== undefined) return fault
    } else if (key === 'ddoc' || key === 'name') {
      if (typeof value !== 'string') return `Its "${key}" must be a string.`
    } else if (key === 'type') {
      if (value !== 'json') return 'Its "type" must be "json".'
    } else return `"${key}" isn't known; an index has "index", "ddoc", "name" and "type".`
  }
  return 'index' in index ? undefined : 'It has no "index": {"fields": […]}.'
}

function faultOfIndex(value: unknown): string | undefined {
  if (!isObject(value)) return 'Its "index" must be an object.'
  for (const [key, fields] of Object.entries(value)) {
    if (key === 'partial_filter_selector') continue
    if (key !== 'fields') return `"${key}" isn't known in "index", which has "fields" and "partial_filter_selector".`
    if (!Array.isArray(fields)) return 'Its "fields" must be a list.'
    for (const field of fields as unknown[]) {
      if (!isObject(field)) continue
      const sorted = Object.values(field).every((by) => typeof by === 'string' && /^(?:asc|desc)$/i.test(by))
      if (!sorted) return 'A field must be sorted by "asc" or "desc".'
    }
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
