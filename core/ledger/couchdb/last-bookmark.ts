import { goJson } from '../../mango/document.ts'

/**
 * The bookmark that ends the last page of a range: its end key as Fabric escapes it for the request to CouchDB
 * (statecouchdb/couchdb.go, readDocRange and encodeForJSON, v2.5 and v3.1). So a chaincode that goes on while there is a
 * bookmark never ends.
 */
export function lastBookmark(end: string): string {
  return goJson(end).slice(1, -1)
}
