import { compareKeys } from './key-order.ts'
import { parseDocument } from './exact-json.ts'
import { goText } from './go-text.ts'
import { isObject, own, type Json, type JsonObject } from './json.ts'

const BRACE = 0x7b
const BRACKET = 0x5b
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Fabric's name for the attachment. */
const ATTACHMENT = 'valueBytes'

/**
 * A value of the state as a document with its key as `_id`. A value that isn't a JSON object is an attachment of an
 * otherwise empty document (statecouchdb/couchdoc_conv.go, keyValToCouchDoc), which queries find by its key or by the
 * fields it lacks.
 */
export function documentOf(key: string, value: Uint8Array): JsonObject {
  const { fields, isJson } = fieldsOf(value)
  if (!isJson) fields['_attachments'] = { [ATTACHMENT]: stub(value) }
  fields['_id'] = key
  return fields
}

/** Whether this is the document of a value that isn't a JSON object. */
export function isAttachment(document: JsonObject): boolean {
  return own(document, '_attachments') !== undefined
}

/** A document as chaincode gets it: without the fields that the state database added (validateAndRetrieveFields). */
export function valueOf({ _id: _, ...fields }: JsonObject): Uint8Array {
  return Buffer.from(goJson(fields))
}

function stub(value: Uint8Array): JsonObject {
  return { content_type: 'application/octet-stream', length: value.length, stub: true }
}

/**
 * The fields that Go finds in a value, and whether it takes it for a JSON object. A value with a number beyond all
 * float64s is none, and yet its fields are in the document, beside the attachment (json.Unmarshal goes on after that
 * error).
 */
export function fieldsOf(value: Uint8Array): { fields: JsonObject; isJson: boolean } {
  const none = { fields: {}, isJson: false }
  if (!mayBeObject(value)) return none
  try {
    if (isTooDeep(value)) return none
    const { json, isFaulty } = parseDocument(goText(value))
    return isObject(json) ? { fields: json, isJson: !isFaulty } : none
  } catch {
    // Not JSON, so an attachment alone.
    return none
  }
}

/** Deeper values are attachments here, as values of more than 10,000 levels are for Go; nobody writes them by hand. */
const MAX_DEPTH = 1000

function isTooDeep(value: Uint8Array): boolean {
  // Each level takes at least two bytes.
  if (value.length < 2 * MAX_DEPTH) return false
  let depth = 0
  let inText = false
  for (let i = 0; i < value.length; i++) {
    const byte = value[i]
    if (inText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if (byte === BRACE || byte === BRACKET) {
      if (++depth > MAX_DEPTH) return true
    } else if (byte === BRACE + 2 || byte === BRACKET + 2) depth--
  }
  return false
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
  const ordered = inFieldOrder(value)
  return ordered === undefined ? joined(value) : escaped(JSON.stringify(ordered))
}

/**
 * The value with every object's fields in order, so that JSON.stringify can write it, which is ten times as fast as
 * joining. undefined: JSON.stringify can't, because a field's name is a whole number, which comes first in any
 * JavaScript object, or because of a bigint.
 */
function inFieldOrder(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    const elements: Json[] = []
    for (const element of value) {
      const ordered = inFieldOrder(element)
      if (ordered === undefined) return undefined
      elements.push(ordered)
    }
    return elements
  }
  if (typeof value === 'bigint') return undefined
  if (!isObject(value)) return value
  const ordered: JsonObject = {}
  for (const name of sortedNames(value)) {
    const field = isIndex(name) ? undefined : inFieldOrder(value[name] ?? null)
    if (field === undefined || name === '__proto__') return undefined
    ordered[name] = field
  }
  return ordered
}

function sortedNames(value: JsonObject): string[] {
  const names = Object.keys(value)
  for (let i = 1; i < names.length; i++) {
    if (compareKeys(names[i - 1] ?? '', names[i] ?? '') > 0) return names.sort(compareKeys)
  }
  return names
}

function isIndex(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 0x30 && first <= 0x39 && /^\d+$/.test(name)
}

function joined(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(joined).join(',')}]`
  if (typeof value === 'bigint') return String(value)
  if (!isObject(value)) return escaped(JSON.stringify(value))
  const fields = sortedNames(value)
  return `{${fields.map((name) => `${escaped(JSON.stringify(name))}:${joined(value[name] ?? null)}`).join(',')}}`
}

const escapedByGo = /[<>&\u2028\u2029]/

function escaped(json: string): string {
  if (!escapedByGo.test(json)) return json
  return json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
