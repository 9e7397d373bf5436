const SEPARATOR = '\u0000'

/**
 * The parts of a composite key, undefined where it is none. Its form is U+0000, object type, U+0000, then each
 * attribute with U+0000 behind it (fabric-chaincode-go shim/stub.go, CreateCompositeKey; all shims alike).
 */
export function decodeCompositeKey(key: string): { objectType: string; attributes: string[] } | undefined {
  if (!key.startsWith(SEPARATOR) || !key.endsWith(SEPARATOR) || key.length < 2) return undefined
  const [objectType = '', ...attributes] = key.slice(1, -1).split(SEPARATOR)
  return { objectType, attributes }
}
