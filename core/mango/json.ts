/** What JSON.parse returns, and bigint for integers that a double can't hold. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject
export interface JsonObject {
  [name: string]: Json
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** CouchDB's word for a value's type (mango_json.erl, type). */
export function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (typeof value === 'bigint') return 'number'
  return Array.isArray(value) ? 'array' : typeof value
}

/** An own property only: `constructor` is a field like any other. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/**
 * An object whose fields may have any name: in an object literal, `__proto__` wouldn't be a field. Fields go in as the
 * file, or Go's map, has them.
 */
export function newObject(): JsonObject {
  return Object.create(null) as JsonObject
}
