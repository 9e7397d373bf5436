import { field, fieldLength, varint, writeHead } from './fields.ts'

/**
 * protos.QueryResponse by hand: a scan of a hundred thousand keys makes as many results, and the generated code took
 * 2 µs for each. The field numbers are those of peer/chaincode_shim.proto and ledger/queryresult/kv_query_result.proto (3.1).
 */

/** A message as one of QueryResponse.results: a QueryResultBytes.resultBytes. */
export function resultOf(message: Uint8Array): Uint8Array {
  return field(1, field(1, message))
}

/** The same for a KV: namespace, key, value. */
export function kvResult({ namespace, key, value }: { namespace: string; key: string; value: Uint8Array }): Uint8Array {
  const namespaceLength = Buffer.byteLength(namespace)
  const keyLength = Buffer.byteLength(key)
  const kv = fieldLength(namespaceLength) + fieldLength(keyLength) + fieldLength(value.length)
  const result = fieldLength(kv)
  const bytes = Buffer.allocUnsafe(fieldLength(result))
  let at = writeHead(bytes, 0, 1, result)
  at = writeHead(bytes, at, 1, kv)
  at = writeHead(bytes, at, 1, namespaceLength)
  at += bytes.write(namespace, at)
  at = writeHead(bytes, at, 2, keyLength)
  at += bytes.write(key, at)
  at = writeHead(bytes, at, 3, value.length)
  bytes.set(value, at)
  return bytes
}

/** `results` as above. `metadata`: a QueryResponseMetadata. */
export function queryResponse(
  results: Uint8Array[],
  { id, hasMore = false, metadata }: { id: string; hasMore?: boolean; metadata?: Uint8Array },
): Uint8Array {
  return Buffer.concat([
    ...results,
    ...(hasMore ? [varint(2, 1)] : []),
    field(3, Buffer.from(id)),
    ...(metadata === undefined ? [] : [field(4, metadata)]),
  ])
}
