import type { KeyVersionRef } from '../contract/call.ts'

/** Height at which a key was last written: Fabric's version.Height. */
export type Version = KeyVersionRef

export interface KeyValue {
  namespace: string
  key: string
  value: Uint8Array
}

export interface KeyModificationRecord {
  txId: string
  value: Uint8Array
  /** Client's clock, milliseconds since the epoch. */
  timestamp: number
  isDelete: boolean
}

/** Results in order, one at a time; `undefined` at the end. Close it in any case. */
export interface ResultsIterator<T> {
  /** At once where it is at hand: a hundred thousand results are not to cost as many turns of the event loop. */
  next(): T | undefined | Promise<T | undefined>
  close(): Promise<void>
}

/** What a paginated query answers: Fabric's QueryResponseMetadata and the page. */
export interface RangePage {
  results: KeyValue[]
  /** Of a range, the next key to read, '' at the end; of a rich query, where the state database goes on. */
  bookmark: string
}
