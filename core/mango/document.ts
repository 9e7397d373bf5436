import { compareKeys } from '../ledger/key-order.ts'
import { isObject, own, type Json, type JsonObject } from './json.ts'

const BRACE = 0x7b
/** Fabric's name for it. */
const ATTACHMENT = 'valueBytes'

/**
 * A value of the state as a document with its key as `_id`. What is no JSON object is an attachment of an otherwise
 * empty one (statecouchdb/couchdoc_conv.go, keyValToCouchDoc): that is found too, by its key or by what it has not.
 */
export function documentOf(key: string, value: Uint8Array): JsonObject {
  const document: JsonObject = objectOf(value) ?? { _attachments: { [ATTACHMENT]: stub(value) } }
  document['_id'] = key
  return document
}

/** Whether this is the document of a value that is no JSON object. */
export function isAttachment(document: JsonObject): boolean {
  return own(document, '_attachments') !== undefined
}

/** What a chaincode is given of a document: without what was put in beside its fields (validateAndRetrieveFields). */
export function valueOf({ _id: _, ...fields }: JsonObject): Uint8Array {
  return Buffer.from(goJson(fields))
}

function stub(value: Uint8Array): JsonObject {
  return { content_type: 'application/octet-stream', length: value.length, stub: true }
}

function objectOf(value: Uint8Array): JsonObject | undefined {
  if (!mayBeObject(value)) return undefined
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  let parsed: Json
  try {
    parsed = JSON.parse(bytes.toString('utf8')) as Json
  } catch {
    // Not JSON, so not a document.
    return undefined
  }
  return isObject(parsed) ? parsed : undefined
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
