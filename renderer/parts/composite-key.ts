/** A composite key taken apart. */
export interface CompositeKey {
  objectType: string
  attributes: string[]
}

const NAMESPACE = '\u0000'
const SEPARATOR = '\u0000'

/**
 * Take a raw key apart where it is a composite one: U+0000, then object type and attributes each ended by U+0000
 * (fabric-chaincode-go v2 shim/stub.go, CreateCompositeKey).
 */
export function splitCompositeKey(key: string): CompositeKey | undefined {
  if (!key.startsWith(NAMESPACE) || key.length < 2) return undefined
  const [objectType, ...attributes] = key.slice(1).split(SEPARATOR)
  if (objectType === undefined) return undefined
  if (attributes.at(-1) === '') attributes.pop()
  return { objectType, attributes }
}
