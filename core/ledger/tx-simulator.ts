import type { QueryReport } from '../contract/api.ts'
import { readHistory } from './history.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { KeyModificationRecord, KeyValue, RangePage, ResultsIterator, TxSimulator } from './ledger.ts'
import { mapResults } from './map-results.ts'
import {
  describeReadWriteSet,
  marshalReadWriteSet,
  sortReadWriteSet,
  type NamespaceReadWriteSet,
  type RangeQuery,
  type Read,
} from './read-write-set.ts'
import type { Store, StoreSnapshot } from './store.ts'
import { startQuery, type QueryScanner, type ScannedDocument } from './query-scanner.ts'
import { decodeSavepoint } from './savepoint.ts'
import type { QueryView, StateQueries } from './state-queries.ts'
import { decodeMetadata, type VersionedValue } from './versioned-value.ts'
import { worldState, type VersionedKey, type WorldState } from './world-state.ts'

interface NamespaceRecord {
  reads: Map<string, Read>
  rangeQueries: RangeQuery[]
  /** undefined: a delete. */
  writes: Map<string, Uint8Array | undefined>
  metadataWrites: Map<string, ReadonlyMap<string, Uint8Array>>
  ownWritesRead: Set<string>
  emptyWrites: Set<string>
}

/**
 * One transaction's view of a channel. The snapshot is taken at once, because the state at the start of the
 * simulation is what all its reads must show; it costs about 2 µs, so nothing is won by waiting for a first read.
 */
export class LevelTxSimulator implements TxSimulator {
  readonly #txId: string
  readonly #store: Store
  readonly #keys: LedgerKeys
  readonly #snapshot: StoreSnapshot
  readonly #state: WorldState
  readonly #namespaces = new Map<string, NamespaceRecord>()
  readonly #queries: StateQueries | undefined
  readonly #richQueries: QueryView | undefined
  readonly #reports: (() => QueryReport)[] = []
  #done = false
  #written = false
  #paginated = false

  /** Without `queries` the state database has no rich queries, as goleveldb. */
  constructor(txId: string, store: Store, keys: LedgerKeys, queries?: StateQueries) {
    this.#txId = txId
    this.#store = store
    this.#keys = keys
    this.#snapshot = store.snapshot()
    this.#state = worldState(store, keys, this.#snapshot)
    this.#queries = queries
    this.#richQueries = queries?.view(
      this.#state,
      () => decodeSavepoint(store.get(keys.savepoint, this.#snapshot)).height,
    )
  }

  getState(namespace: string, key: string): Uint8Array | undefined {
    return this.#read(namespace, key)?.value
  }

  setState(namespace: string, key: string, value: Uint8Array): void {
    this.#beforeWrite(key, value)
    const { writes, emptyWrites } = this.#record(namespace)
    writes.set(key, value.length === 0 ? undefined : value)
    if (value.length === 0) emptyWrites.add(key)
    else emptyWrites.delete(key)
  }

  deleteState(namespace: string, key: string): void {
    this.#beforeWrite(key)
    const { writes, emptyWrites } = this.#record(namespace)
    writes.set(key, undefined)
    emptyWrites.delete(key)
  }

  getStateRange(namespace: string, start: string, end: string): ResultsIterator<KeyValue> {
    this.#mustNotBeDone()
    const record = this.#record(namespace)
    const query: RangeQuery = { start, end, exhausted: false, reads: [] }
    record.rangeQueries.push(query)
    const results = this.#state.scan(namespace, start, end)
    const seen = ({ key, version, value }: VersionedKey) => {
      // The caller may never ask again: until it does, the range ends with what it has seen (Fabric,
      // rwset query executer, updateRangeQueryInfo).
      query.end = key
      query.reads.push({ key, version })
      if (record.writes.has(key)) record.ownWritesRead.add(key)
      return { namespace, key, value }
    }
    const exhausted = () => {
      query.exhausted = true
      query.end = end
    }
    return this.#whileNotDone(mapResults(results, seen, exhausted))
  }

  async getStateRangePage(namespace: string, start: string, end: string, pageSize: number): Promise<RangePage> {
    this.#beforePaginatedQuery()
    const range = this.getStateRange(namespace, start, end)
    const results: KeyValue[] = []
    try {
      while (results.length < pageSize) {
        const result = await range.next()
        if (result === undefined) return { results, bookmark: '' }
        results.push(result)
      }
    } finally {
      await range.close()
    }
    return { results, bookmark: await this.#keyAfter(namespace, results.at(-1)?.key ?? start, end) }
  }

  async executeQuery(namespace: string, query: string): Promise<ResultsIterator<KeyValue>> {
    this.#mustNotBeDone()
    if (this.#richQueries === undefined) throw new Error('ExecuteQuery not supported for leveldb')
    return this.#queried(namespace, await this.#startQuery(this.#richQueries, namespace, query))
  }

  async executeQueryWithPagination(
    namespace: string,
    query: string,
    { bookmark, pageSize, limit }: { bookmark: string; pageSize: number; limit: number },
  ): Promise<RangePage> {
    this.#beforePaginatedQuery()
    if (this.#richQueries === undefined) throw new Error('ExecuteQueryWithMetadata not supported for leveldb')
    const scanner = await this.#startQuery(this.#richQueries, namespace, query, { bookmark, pageSize })
    const documents = this.#queried(namespace, scanner)
    const results: KeyValue[] = []
    while (results.length < limit) {
      const result = await documents.next()
      if (result === undefined) break
      results.push(result)
    }
    return { results, bookmark: scanner.bookmark() }
  }

  queries(): QueryReport[] {
    return this.#reports.map((report) => report())
  }

  getStateMetadata(namespace: string, key: string): ReadonlyMap<string, Uint8Array> {
    const found = this.#read(namespace, key)
    return found === undefined ? new Map() : decodeMetadata(found.metadata)
  }

  setStateMetadata(namespace: string, key: string, metadata: ReadonlyMap<string, Uint8Array>): void {
    this.#beforeWrite(key)
    this.#record(namespace).metadataWrites.set(key, metadata)
  }

  getHistoryForKey(namespace: string, key: string): ResultsIterator<KeyModificationRecord> {
    this.#mustNotBeDone()
    return this.#whileNotDone(readHistory(this.#store, this.#keys, { namespace, key, snapshot: this.#snapshot }))
  }

  results(): ReturnType<TxSimulator['results']> {
    this.#mustNotBeDone()
    const set = this.#readWriteSet()
    return {
      readWriteSet: describeReadWriteSet(set, (namespace, key) => this.#state.get(namespace, key)?.value),
      hasWrites: this.#written,
      rwset: () => marshalReadWriteSet(set),
    }
  }

  ownWritesRead(): { namespace: string; key: string }[] {
    return this.#keysOf((record) => record.ownWritesRead)
  }

  emptyWrites(): { namespace: string; key: string }[] {
    return this.#keysOf((record) => record.emptyWrites)
  }

  done(): void {
    if (this.#done) return
    this.#done = true
    this.#richQueries?.close()
    this.#snapshot.close()
  }

  #read(namespace: string, key: string): VersionedValue | undefined {
    this.#mustNotBeDone()
    this.#queries?.validateKeyValue?.(key, undefined)
    const found = this.#state.get(namespace, key)
    const record = this.#record(namespace)
    record.reads.set(key, { key, version: found?.version ?? null })
    if (record.writes.has(key) || record.metadataWrites.has(key)) record.ownWritesRead.add(key)
    return found
  }

  /** The bookmark of a page: the next key there is, which is not itself part of what was read. */
  async #keyAfter(namespace: string, key: string, end: string): Promise<string> {
    const rest = this.#state.scan(namespace, `${key}\0`, end)
    try {
      return (await rest.next())?.key ?? ''
    } finally {
      await rest.close()
    }
  }

  #readWriteSet(): NamespaceReadWriteSet[] {
    const sets = [...this.#namespaces].map(([namespace, record]) => ({
      namespace,
      reads: [...record.reads.values()],
      // A query that nobody read from says nothing, so there is nothing to validate.
      rangeQueries: record.rangeQueries.filter((query) => query.exhausted || query.reads.length > 0),
      writes: [...record.writes].map(([key, value]) => ({
        key,
        isDelete: value === undefined,
        value: value ?? new Uint8Array(),
      })),
      metadataWrites: [...record.metadataWrites].map(([key, metadata]) => ({ key, metadata })),
    }))
    return sortReadWriteSet(sets)
  }

  #keysOf(set: (record: NamespaceRecord) => Set<string>): { namespace: string; key: string }[] {
    return [...this.#namespaces].flatMap(([namespace, record]) => [...set(record)].map((key) => ({ namespace, key })))
  }

  #record(namespace: string): NamespaceRecord {
    let record = this.#namespaces.get(namespace)
    if (record === undefined) {
      record = {
        reads: new Map(),
        rangeQueries: [],
        writes: new Map(),
        metadataWrites: new Map(),
        ownWritesRead: new Set(),
        emptyWrites: new Set(),
      }
      this.#namespaces.set(namespace, record)
    }
    return record
  }

  /** The iterator while the simulation lasts; the snapshot closes what is left open. */
  #whileNotDone<T>(iterator: ResultsIterator<T>): ResultsIterator<T> {
    return {
      next: () => {
        this.#mustNotBeDone()
        return iterator.next()
      },
      close: () => iterator.close(),
    }
  }

  #beforePaginatedQuery(): void {
    this.#mustNotBeDone()
    if (this.#written) throw this.#unsupported('Paginated queries are supported only in a read-only transaction')
    this.#paginated = true
  }

  async #startQuery(
    view: QueryView,
    namespace: string,
    query: string,
    page?: { bookmark: string; pageSize: number },
  ): Promise<QueryScanner & { returned: () => void }> {
    const internalQueryLimit = this.#queries?.internalQueryLimit
    const scanner = await startQuery((body) => view.find(namespace, body), query, { ...page, internalQueryLimit })
    let returned = 0
    this.#reports.push(() => ({ namespace, query, returned, ...scanner.report() }))
    return { ...scanner, returned: () => (returned += 1) }
  }

  /** What a query found is read, key by key; what it did not find is not: Fabric has no phantom protection for it. */
  #queried(
    namespace: string,
    scanner: ResultsIterator<ScannedDocument> & { returned: () => void },
  ): ResultsIterator<KeyValue> {
    return this.#whileNotDone({
      next: async () => {
        const found = await scanner.next()
        if (found === undefined) return undefined
        scanner.returned()
        const { key, value, version } = found
        this.#record(namespace).reads.set(key, { key, version })
        return { namespace, key, value }
      },
      close: () => scanner.close(),
    })
  }

  #beforeWrite(key: string, value?: Uint8Array): void {
    this.#mustNotBeDone()
    if (this.#paginated) {
      throw this.#unsupported('Transaction has already performed a paginated query. Writes are not allowed')
    }
    this.#queries?.validateKeyValue?.(key, value)
    this.#written = true
  }

  /** Fabric's own text and spelling (core/ledger/kvledger/txmgmt/txmgr/tx_simulator.go): chaincode gets to see it. */
  #unsupported(reason: string): Error {
    return new Error(`txid [${this.#txId}]: unsuppored transaction. ${reason}`)
  }

  #mustNotBeDone(): void {
    if (this.#done) throw new Error('this instance should not be used after calling Done()')
  }
}
