/**
 * Where a collection's state stands: its values and, for everyone, their hashes, each in a namespace of its own
 * (Fabric, privacyenabledstate/db.go). A chaincode's name holds no `$`.
 */
export function privateNamespace(namespace: string, collection: string): string {
  return `${namespace}$$p${collection}`
}

export function hashedNamespace(namespace: string, collection: string): string {
  return `${namespace}$$h${collection}`
}

/** The parts of such a namespace; undefined for a chaincode's own. */
export function parseDerived(
  derived: string,
): { namespace: string; collection: string; kind: 'private' | 'hashed' } | undefined {
  const [, namespace, kind, collection] = /^([^$]+)\$\$([ph])(.+)$/.exec(derived) ?? []
  if (namespace === undefined || collection === undefined) return undefined
  return { namespace, collection, kind: kind === 'p' ? 'private' : 'hashed' }
}

/** The key of a hash, which is bytes: as text, as Fabric has it where a state database takes no bytes. */
export function hashedKey(keyHash: Uint8Array): string {
  return Buffer.from(keyHash).toString('base64')
}
