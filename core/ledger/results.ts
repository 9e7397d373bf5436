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

/** Results in order, one at a time; `undefined` at the end. Must be closed. */
export interface ResultsIterator<T> {
  /** Not a promise if the result is at hand: a hundred thousand results mustn't take as many turns of the event loop. */
  next(): T | undefined | Promise<T | undefined>
  close(): Promise<void>
}

/** The answer to a paginated query: the page and Fabric's QueryResponseMetadata. */
export interface RangePage {
  results: KeyValue[]
  /** For a range, the next key to read, '' at the end; for a rich query, where the state database continues. */
  bookmark: string
}

/** A page of a query, as the chaincode asks for it. `limit`: results at most, whatever the page's size. */
export interface QueryPage {
  bookmark: string
  pageSize: number
  limit: number
}
