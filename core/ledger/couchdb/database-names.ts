import { createHash } from 'node:crypto'

/** Longest database name that Fabric uses; CouchDB's own limit is slightly higher (statecouchdb/couchdbutil.go). */
const MAX_LENGTH = 238
/** Length to which each part of a name is cut if the name is too long. */
const PART_LENGTH = 50

/** The database of a channel's own documents: its savepoint and the list of its other databases. */
export function metadataDatabase(channel: string): string {
  const name = channel.length > MAX_LENGTH ? `${channel.slice(0, PART_LENGTH)}(${sha256(channel)})` : channel
  return `${withoutDots(name)}_`
}

/**
 * The database of a namespace: a chaincode's, or `chaincode$$pcollection` for a private collection. It has the same name
 * as on a real peer (statecouchdb/couchdbutil.go, constructNamespaceDBName, v3.1).
 */
export function namespaceDatabase(channel: string, namespace: string): string {
  const escaped = escapeUpperCase(namespace)
  const name = `${channel}_${escaped}`
  if (name.length <= MAX_LENGTH) return withoutDots(name)
  const [chaincode = '', collection, ...more] = escaped.split('$$')
  const parts = [chaincode, ...(collection === undefined || more.length > 0 ? [] : [collection])]
  const shortened = parts.map((part) => part.slice(0, PART_LENGTH)).join('$$')
  return withoutDots(`${channel.slice(0, PART_LENGTH)}_${shortened}(${sha256(`${channel}_${namespace}`)})`)
}

/** CouchDB doesn't allow capital letters. */
function escapeUpperCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `$${letter}`).toLowerCase()
}

/** Nor dots, which a channel's name may contain. */
function withoutDots(name: string): string {
  return name.replaceAll('.', '$')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
