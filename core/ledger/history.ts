import type { LedgerKeys } from './ledger-keys.ts'
import type { KeyModificationRecord, ResultsIterator, Version } from './results.ts'
import { mapResults } from './map-results.ts'
import type { Store, StoreSnapshot } from './store.ts'

export interface HistoryRecord extends KeyModificationRecord {
  version: Version
}

const TXID_AT = 10

/**
 * A modification as it is stored: delete or not (1 byte), the client's clock (8), length of the transaction id (1), the
 * id, the value. Fabric stores only the height and reads the rest from the block; with the value here, reading a
 * history takes one scan.
 */
export function encodeModification(record: KeyModificationRecord): Uint8Array {
  const txId = Buffer.from(record.txId)
  const head = Buffer.alloc(TXID_AT)
  head.writeUInt8(record.isDelete ? 1 : 0, 0)
  head.writeDoubleBE(record.timestamp, 1)
  head.writeUInt8(txId.length, 9)
  return Buffer.concat([head, txId, record.value])
}

function decodeModification(bytes: Uint8Array): KeyModificationRecord {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const valueAt = TXID_AT + buffer.readUInt8(9)
  return {
    isDelete: buffer.readUInt8(0) === 1,
    timestamp: buffer.readDoubleBE(1),
    txId: buffer.toString('utf8', TXID_AT, valueAt),
    value: buffer.subarray(valueAt),
  }
}

/** The value that a stored modification wrote. */
export function modifiedValue(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(TXID_AT + (bytes[TXID_AT - 1] ?? 0))
}

/** Newest first, deletes included (Fabric 2.0 and later; core/ledger/kvledger/history/query_executer.go). */
export function readHistory(
  store: Store,
  keys: LedgerKeys,
  {
    namespace,
    key,
    upTo,
    limit,
    snapshot,
  }: {
    namespace: string
    key: string
    /** The newest block to read from. */
    upTo?: number | undefined
    limit?: number | undefined
    snapshot?: StoreSnapshot
  },
): ResultsIterator<HistoryRecord> {
  const range = keys.historyRange(namespace, key)
  const to = upTo === undefined ? range.to : keys.history(namespace, key, { block: upTo + 1, tx: 0 })
  const iterator = store.iterate({ from: range.from, to, reverse: true, limit, snapshot })
  return mapResults(iterator, ([key, value]) => ({ ...decodeModification(value), version: keys.parseHistory(key) }))
}
