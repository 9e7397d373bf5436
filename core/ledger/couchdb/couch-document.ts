import { isUtf8 } from 'node:buffer'
import { goJson } from '../../mango/document.ts'
import { isObject, own, type Json, type JsonObject } from '../../mango/json.ts'
import type { Version } from '../results.ts'
import { decodeVersionField, encodeVersionField } from './version-field.ts'

const VERSION = '~version'
/** Name of the attachment that holds a value that isn't a JSON object. */
const ATTACHMENT = 'valueBytes'

/**
 * Throws what CouchDB as state database refuses at the put, in Fabric's words, which chaincode gets to see
 * (statecouchdb/couchdoc_conv.go, validateKey and validateValue, v3.1).
 */
export function validateKeyValue(key: string, value: Uint8Array | undefined): void {
  if (key.startsWith('_')) throw new Error(`invalid key [${key}], cannot begin with "_"`)
  if (key === '') throw new Error('invalid key. Empty string is not supported as a key by couchdb')
  const reserved = value && reservedField(value)
  if (reserved !== undefined) throw new Error(`field [${reserved}] is not valid for the CouchDB state database`)
}

function reservedField(value: Uint8Array): string | undefined {
  const fields = jsonObject(value)
  return fields && Object.keys(fields).find((name) => name === VERSION || name.startsWith('_'))
}

/** A key and its value as the document that Fabric makes of it (couchdoc_conv.go, keyValToCouchDoc, v3.1). */
export function toDocument(
  key: string,
  { value, version, metadata }: { value: Uint8Array; version: Version; metadata: Uint8Array },
  rev: string | undefined,
): JsonObject {
  const fields = jsonObject(value)
  const content = fields ?? {
    _attachments: {
      [ATTACHMENT]: { content_type: 'application/octet-stream', data: Buffer.from(value).toString('base64') },
    },
  }
  const document = { ...content, _id: key, [VERSION]: encodeVersionField(version, metadata) }
  return rev === undefined ? document : { ...document, _rev: rev }
}

/**
 * A document from an answer of `_find`. `value` is undefined if it is an attachment, which must be looked up.
 * @throws Error in Fabric's words if it isn't a document of a state database
 */
export function fromDocument(document: Json): { key: string; version: Version; value: Uint8Array | undefined } {
  if (!isObject(document)) throw new Error('error unmarshalling json data')
  const { _id: key, _rev: _, [VERSION]: versionField, ...fields } = document
  const version = typeof versionField === 'string' ? decodeVersionField(versionField) : undefined
  if (typeof key !== 'string' || version === undefined) throw new Error(`version field ${VERSION} was not found`)
  if (own(fields, '_attachments') !== undefined) return { key, version, value: undefined }
  return { key, version, value: Buffer.from(goJson(fields)) }
}

function jsonObject(value: Uint8Array): JsonObject | undefined {
  if (!isUtf8(value)) return undefined
  try {
    const parsed = JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')) as Json
    return isObject(parsed) ? parsed : undefined
  } catch {
    // Not JSON, so it becomes an attachment.
    return undefined
  }
}
