import { compareKeys } from '../ledger/key-order.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

const BRACE = 0x7b

/**
 * A value of the state as a document with its key as `_id`; undefined where it is none: CouchDB keeps everything that
 * is no JSON object as an attachment, which queries never see (statecouchdb/couchdoc_conv.go, keyValToCouchDoc).
 */
export function documentOf(key: string, value: Uint8Array): JsonObject | undefined {
  if (!mayBeObject(value)) return undefined
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  let parsed: Json
  try {
    parsed = JSON.parse(bytes.toString('utf8')) as Json
  } catch {
    // Not JSON, so not a document.
    return undefined
  }
  if (!isObject(parsed)) return undefined
  parsed['_id'] = key
  return parsed
}

function mayBeObject(value: Uint8Array): boolean {
  for (const byte of value) {
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) continue
    return byte === BRACE
  }
  return false
}

/** As Go's json.Marshal writes a map: fields in the order of their bytes, `<`, `>` and `&` escaped. */
export function goJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (!isObject(value)) return escaped(JSON.stringify(value))
  const fields = Object.keys(value).sort(compareKeys)
  return `{${fields.map((name) => `${escaped(JSON.stringify(name))}:${goJson(value[name] ?? null)}`).join(',')}}`
}

function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
