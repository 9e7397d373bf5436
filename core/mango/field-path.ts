import { isObject, newObject, own, type Json, type JsonObject } from './json.ts'
import { MangoError } from './mango-error.ts'

/** The names on the way to a field; none: the value itself. */
export type FieldPath = readonly string[]

/** `a.b` is b of a, `a\.b` one field with a dot in its name (mango_util.erl, parse_field). @throws MangoError */
export function parseField(field: string): FieldPath {
  const parts = field.includes('\\') ? field.split(/(?<!\\)\./) : field.split('.')
  if (parts.includes('')) {
    throw new MangoError('invalid_field_name', `Invalid field name: ${field}`)
  }
  return field.includes('\\') ? parts.map((part) => part.replaceAll('\\', '')) : parts
}

/** Back to the form that a sort or an index names it in, the dots of names not escaped (mango_util.erl, join_field). */
export function joinField(path: FieldPath): string {
  return path.join('.')
}

/** A path through what is no object, or to an element that an array has not: of such a field not even its absence is true. */
const BAD_PATH = Symbol('bad path')

/** The value, undefined where it is missing. A number indexes an array. */
export function getField(value: Json, path: FieldPath): Json | undefined {
  const found = lookUp(value, path)
  return found === BAD_PATH ? undefined : found
}

/** Whether there is no such field, which is what `$exists: false` asks for. */
export function isMissing(value: Json, path: FieldPath): boolean {
  return lookUp(value, path) === undefined
}

/** mango_doc.erl, get_field: undefined is its not_found. */
function lookUp(value: Json, path: FieldPath): Json | undefined | typeof BAD_PATH {
  let at: Json | undefined = value
  for (const name of path) {
    if (Array.isArray(at)) {
      // Erlang's binary_to_integer takes a sign, so that -0 and +1 are numbers too.
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

/** Of a document only these fields, each at its place (mango_fields.erl, extract). */
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
    // mango_doc:set_field goes no deeper into what is no object.
    if (next !== undefined && !isObject(next)) return
    at = next ?? (at[name] = newObject())
  }
  const last = path.at(-1)
  if (last !== undefined) at[last] = value
}
