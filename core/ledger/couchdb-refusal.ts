import { fieldsOf } from '../mango/document.ts'

/** The field in which a document in CouchDB keeps its version. */
export const VERSION = '~version'

/**
 * Why CouchDB as state database refuses to read or write this, in Fabric's words, which chaincode gets to see
 * (statecouchdb/couchdoc_conv.go, validateKey and validateValue, v2.5 and v3.1).
 */
export function refusalOf(key: string, value: Uint8Array | undefined): string | undefined {
  if (key.startsWith('_')) return `invalid key [${key}], cannot begin with "_"`
  if (key === '') return 'invalid key. Empty string is not supported as a key by couchdb'
  const reserved = value && reservedField(value)
  return reserved === undefined ? undefined : `field [${reserved}] is not valid for the CouchDB state database`
}

function reservedField(value: Uint8Array): string | undefined {
  if (!mayBeReserved(value)) return undefined
  const { fields, isJson } = fieldsOf(value)
  return isJson ? Object.keys(fields).find((name) => name === VERSION || name.startsWith('_')) : undefined
}

/** Most values can be told without reading their JSON. A name may also be written with escapes. */
function mayBeReserved(value: Uint8Array): boolean {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return ['"_', `"${VERSION}"`, '\\u'].some((mark) => bytes.includes(mark))
}
