import { fieldsOf, goJson } from '../../mango/document.ts'
import { isObject, own, type Json, type JsonObject } from '../../mango/json.ts'
import { refusalOf, VERSION } from '../couchdb-refusal.ts'
import type { Version } from '../results.ts'
import { decodeVersionField, encodeVersionField } from './version-field.ts'

/** Name of the attachment that holds a value that isn't a JSON object. */
const ATTACHMENT = 'valueBytes'

/** Throws what `refusalOf` says. */
export function validateKeyValue(key: string, value: Uint8Array | undefined): void {
  const refusal = refusalOf(key, value)
  if (refusal !== undefined) throw new Error(refusal)
}

/** A key and its value as the document that Fabric makes of it (couchdoc_conv.go, keyValToCouchDoc, v3.1). */
export function toDocument(
  key: string,
  { value, version, metadata }: { value: Uint8Array; version: Version; metadata: Uint8Array },
  rev: string | undefined,
): JsonObject {
  const { fields, isJson } = fieldsOf(value)
  const data = Buffer.from(value).toString('base64')
  const attachment = { _attachments: { [ATTACHMENT]: { content_type: 'application/octet-stream', data } } }
  const content = isJson ? fields : { ...fields, ...attachment }
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
