/** The parts of a composite key. */
export interface CompositeKey {
  objectType: string
  attributes: string[]
}

const SEPARATOR = '\u0000'
/** Ends the range of a partial composite key, so no part may contain it. */
const MAX_RUNE = '\u{10FFFF}'

/**
 * The parts of a composite key, undefined for any other key. Its form is U+0000, the object type and U+0000, then each
 * attribute followed by U+0000 (fabric-chaincode-go v2 shim/stub.go, CreateCompositeKey; the shims for Node and Java
 * agree). A key that only begins with U+0000, such as the peer's own init marker, isn't a composite key.
 */
export function decodeCompositeKey(key: string): CompositeKey | undefined {
  const isDelimited = key.length >= 2 && key.startsWith(SEPARATOR) && key.endsWith(SEPARATOR)
  if (!isDelimited || key.includes(MAX_RUNE)) return undefined
  const [objectType = '', ...attributes] = key.slice(1, -1).split(SEPARATOR)
  return { objectType, attributes }
}
