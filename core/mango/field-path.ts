import { isObject, newObject, own, type Json, type JsonObject } from './json.ts'
import { MangoError } from './mango-error.ts'

/** The names that lead to a field; empty: the value itself. */
export type FieldPath = readonly string[]

/** `a.b` is field b of a, `a\.b` one field with a dot in its name (mango_util.erl, parse_field). @throws MangoError */
export function parseField(field: string): FieldPath {
  const parts = field.includes('\\') ? field.split(/(?<!\\)\./) : field.split('.')
  if (parts.includes('')) {
    throw new MangoError('invalid_field_name', `Invalid field name: ${field}`)
  }
  return field.includes('\\') ? parts.map((part) => part.replaceAll('\\', '')) : parts
}

/** The form used in a sort or an index, where dots in names aren't escaped (mango_util.erl, join_field). */
export function joinField(path: FieldPath): string {
  return path.join('.')
}

/** A path through something that isn't an object, or past an array's end: the field counts neither as present nor absent. */
const BAD_PATH = Symbol('bad path')

/** The value; undefined if it is missing. A number indexes an array. */
export function getField(value: Json, path: FieldPath): Json | undefined {
  const field = lookUp(value, path)
  return field === BAD_PATH ? undefined : field
}

/** Whether the field is absent, as `$exists: false` requires. */
export function isMissing(value: Json, path: FieldPath): boolean {
  return lookUp(value, path) === undefined
}

/** mango_doc.erl, get_field: undefined is its not_found. */
function lookUp(value: Json, path: FieldPath): Json | undefined | typeof BAD_PATH {
  let at: Json | undefined = value
  for (const name of path) {
    if (Array.isArray(at)) {
      // Erlang's binary_to_integer takes a sign, so -0 and +1 are numbers too.
      const index: number = /^[+-]?\d+$/.test(name) ? Number(name) : -1
      at = index >= 0 ? at[index] : undefined
      if (at === undefined) return BAD_PATH
    } else if (isObject(at)) {
      at = own(at, name)
      if (at === undefined) return undefined
    } else {
      return BAD_PATH
    }
  }
  return at
}

/** A document with only these fields, each in its place (mango_fields.erl, extract). */
export function pickFields(document: Json, paths: readonly FieldPath[]): JsonObject {
  const picked = newObject()
  for (const path of paths) {
    const value = getField(document, path)
    if (value !== undefined) setField(picked, path, value)
  }
  return picked
}

function setField(target: JsonObject, path: FieldPath, value: Json): void {
  let at = target
  for (const name of path.slice(0, -1)) {
    const next = own(at, name)
    // mango_doc:set_field stops at anything that isn't an object.
    if (next !== undefined && !isObject(next)) return
    at = next ?? (at[name] = newObject())
  }
  const last = path.at(-1)
  if (last !== undefined) at[last] = value
}
