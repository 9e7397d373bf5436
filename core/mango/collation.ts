import { compareKeys } from './key-order.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/** Sorts after every value, as an index key's last part: CouchDB's ?MAX_JSON_OBJ. Not JSON, so no document holds it. */
export const BEYOND = Symbol('beyond every value')
export type KeyPart = Json | typeof BEYOND

/** ICU's root order, with which CouchDB opens its collator; English doesn't change it. */
const strings = new Intl.Collator('en')

function isNumber(value: KeyPart): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** CouchDB's order of types: null, false, true, numbers, strings, arrays, objects. */
function rank(value: KeyPart): number {
  if (value === BEYOND) return 7
  if (value === null) return 0
  if (value === false) return 1
  if (value === true) return 2
  if (isNumber(value)) return 3
  if (typeof value === 'string') return 4
  return Array.isArray(value) ? 5 : 6
}

/** Negative, 0 or positive: the order of CouchDB's views (couch_ejson_compare.c, less_json). */
export function collate(a: KeyPart, b: KeyPart): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : Number(a > b)
  if (typeof a === 'string' && typeof b === 'string') return collateText(a, b)
  const types = rank(a) - rank(b)
  if (types !== 0) return types
  if (Array.isArray(a) && Array.isArray(b)) return collateArrays(a, b)
  if (typeof a === 'object' && typeof b === 'object' && isObject(a) && isObject(b)) return collateObjects(a, b)
  return 0
}

export function collateText(a: string, b: string): number {
  return a === b ? 0 : strings.compare(a, b)
}

export function collateArrays(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = collate(a[i] ?? null, b[i] ?? null)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Field by field in the order they are stored in, which is that of Go's maps: byte order. */
function collateObjects(a: JsonObject, b: JsonObject): number {
  const names = [Object.keys(a).sort(compareKeys), Object.keys(b).sort(compareKeys)] as const
  const length = Math.min(names[0].length, names[1].length)
  for (let i = 0; i < length; i++) {
    const [left = '', right = ''] = [names[0][i], names[1][i]]
    const order = collateText(left, right) || collate(a[left] ?? null, b[right] ?? null)
    if (order !== 0) return order
  }
  return names[0].length - names[1].length
}
