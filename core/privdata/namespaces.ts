/**
 * The namespace of a collection's values; their hashes, which everyone has, are in another one (Fabric
 * privacyenabledstate/db.go). A chaincode's name doesn't contain `$`.
 */
export function privateNamespace(namespace: string, collection: string): string {
  return `${namespace}$$p${collection}`
}

export function hashedNamespace(namespace: string, collection: string): string {
  return `${namespace}$$h${collection}`
}

/** The parts of a collection's namespace; undefined for a chaincode's own. */
export function parseDerived(
  derived: string,
): { namespace: string; collection: string; kind: 'private' | 'hashed' } | undefined {
  const [, namespace, kind, collection] = /^([^$]+)\$\$([ph])(.+)$/.exec(derived) ?? []
  if (namespace === undefined || collection === undefined) return undefined
  return { namespace, collection, kind: kind === 'p' ? 'private' : 'hashed' }
}

/** A hash as a key: as text, as Fabric writes it for state databases that don't take bytes. */
export function hashedKey(keyHash: Uint8Array): string {
  return Buffer.from(keyHash).toString('base64')
}
