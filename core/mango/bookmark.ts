import { BEYOND, type KeyPart } from './collation.ts'
import { goJson } from './document.ts'
import { parseQuery } from './exact-json.ts'
import type { Json } from './json.ts'
import { MangoError } from './mango-error.ts'

/** The last document returned: the next page begins after it. */
export interface Position {
  /** Key in the index; undefined for a scan of all documents by their ids. */
  key: Json[] | undefined
  id: string
}

/** Opaque to callers, as CouchDB's is, but in a different format: neither accepts the other's. */
export function encodeBookmark({ key, id }: { key: readonly KeyPart[] | undefined; id: string }): string {
  const parts = key?.filter((part) => part !== BEYOND)
  return Buffer.from(goJson([id, parts ?? null])).toString('base64url')
}

/** @throws MangoError invalid_bookmark */
export function decodeBookmark(bookmark: string): Position {
  const invalid = () => new MangoError('invalid_bookmark', `Invalid bookmark value: ${JSON.stringify(bookmark)}`)
  let parsed: unknown
  try {
    parsed = parseQuery(Buffer.from(bookmark, 'base64url').toString('utf8'))
  } catch {
    // Whatever it is, it isn't a bookmark of this engine.
    throw invalid()
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) throw invalid()
  const [id, key] = parsed as unknown[]
  if (typeof id !== 'string' || !(key === null || Array.isArray(key))) throw invalid()
  return { id, key: key === null ? undefined : (key as Json[]) }
}
