import type { QueryReport } from '../contract/call.ts'
import { readHistory } from './history.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import type { TxSimulator } from './ledger.ts'
import type { KeyModificationRecord, KeyValue, RangePage, ResultsIterator } from './results.ts'
import { collectionStore } from '../privdata/collection-store.ts'
import type { Collection } from '../privdata/collection.ts'
import { parseDerived, privateNamespace } from '../privdata/namespaces.ts'
import { describeReadWriteSet, type ValueBefore } from './described-set.ts'
import { mapResults } from './map-results.ts'
import { marshalPrivateSets } from './private-rwset-proto.ts'
import { PrivateSimulation } from './private-simulation.ts'
import type { RangeQuery } from './read-write-set.ts'
import { RWSetBuilder } from './rwset-builder.ts'
import { marshalReadWriteSet } from './rwset-proto.ts'
import type { Store, StoreSnapshot } from './store.ts'
import { startQuery, type QueryScanner, type ScannedDocument } from './query-scanner.ts'
import { decodeSavepoint } from './savepoint.ts'
import type { QueryView, StateQueries } from './state-queries.ts'
import { decodeMetadata, type VersionedValue } from './versioned-value.ts'
import { worldState, type VersionedKey, type WorldState } from './world-state.ts'

/** What a simulation needs of its channel beside the store. */
export interface SimulatedChannel {
  /** MSP ids of its organisations. */
  organisations: () => readonly string[]
  /** Without it the state database has no rich queries, as goleveldb. */
  queries?: StateQueries | undefined
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
  readonly #rwset = new RWSetBuilder()
  readonly #private: PrivateSimulation
  readonly #ownWritesRead = new KeySet()
  readonly #emptyWrites = new KeySet()
  readonly #queries: StateQueries | undefined
  readonly #richQueries: QueryView | undefined
  readonly #reports: (() => QueryReport)[] = []
  #done = false
  #written = false
  #paginated = false
  #privateQueried = false

  /** `mspId`: whose peer simulates, which decides what private data there is; undefined: of all organisations. */
  constructor(txId: string, store: Store, keys: LedgerKeys, channel: SimulatedChannel, mspId?: string) {
    this.#txId = txId
    this.#store = store
    this.#keys = keys
    this.#snapshot = store.snapshot()
    this.#state = worldState(store, keys, this.#snapshot)
    this.#queries = channel.queries
    const collections = collectionStore(this.#state, channel.organisations)
    this.#private = new PrivateSimulation(this.#state, this.#rwset, collections, mspId)
    this.#richQueries = channel.queries?.view(
      this.#state,
      () => decodeSavepoint(store.get(keys.savepoint, this.#snapshot)).height,
    )
  }

  getState(namespace: string, key: string): Uint8Array | undefined {
    return this.#read(namespace, key)?.value
  }

  setState(namespace: string, key: string, value: Uint8Array): void {
    this.#beforeWrite(key, value)
    this.#rwset.namespace(namespace).writes.set(key, value.length === 0 ? undefined : value)
    this.#emptyWrites.set(namespace, key, value.length === 0)
  }

  deleteState(namespace: string, key: string): void {
    this.#beforeWrite(key)
    this.#rwset.namespace(namespace).writes.set(key, undefined)
    this.#emptyWrites.set(namespace, key, false)
  }

  getStateRange(namespace: string, start: string, end: string): ResultsIterator<KeyValue> {
    this.#mustNotBeDone()
    const record = this.#rwset.namespace(namespace)
    const query: RangeQuery = { start, end, exhausted: false, reads: [] }
    record.rangeQueries.push(query)
    const results = this.#state.scan(namespace, start, end)
    const seen = ({ key, version, value }: VersionedKey) => {
      // The caller may never ask again: until it does, the range ends with what it has seen (Fabric,
      // rwset query executer, updateRangeQueryInfo).
      query.end = key
      query.reads.push({ key, version })
      if (record.writes.has(key)) this.#ownWritesRead.set(namespace, key, true)
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
    this.#rwset.namespace(namespace).metadataWrites.set(key, metadata)
  }

  getHistoryForKey(namespace: string, key: string): ResultsIterator<KeyModificationRecord> {
    this.#mustNotBeDone()
    return this.#whileNotDone(readHistory(this.#store, this.#keys, { namespace, key, snapshot: this.#snapshot }))
  }

  getPrivateData(namespace: string, collection: string, key: string): Uint8Array | undefined {
    this.#mustNotBeDone()
    return this.#private.get(namespace, collection, key)
  }

  getPrivateDataHash(namespace: string, collection: string, key: string): Uint8Array | undefined {
    this.#mustNotBeDone()
    return this.#private.hash(namespace, collection, key)
  }

  getPrivateDataMetadata(namespace: string, collection: string, key: string): ReadonlyMap<string, Uint8Array> {
    this.#mustNotBeDone()
    return this.#private.metadata(namespace, collection, key)
  }

  setPrivateData(namespace: string, collection: string, key: string, value: Uint8Array): void {
    this.#private.collections.use(namespace, collection)
    this.#beforeWrite(key, value)
    this.#private.write(namespace, collection, key, value, false)
  }

  deletePrivateData(namespace: string, collection: string, key: string): void {
    this.setPrivateData(namespace, collection, key, new Uint8Array())
  }

  purgePrivateData(namespace: string, collection: string, key: string): void {
    this.#private.collections.use(namespace, collection)
    this.#beforeWrite(key)
    this.#private.write(namespace, collection, key, undefined, true)
  }

  setPrivateDataMetadata(
    namespace: string,
    collection: string,
    key: string,
    metadata: ReadonlyMap<string, Uint8Array>,
  ): void {
    this.#private.collections.use(namespace, collection)
    this.#beforeWrite(key)
    this.#private.writeMetadata(namespace, collection, key, metadata)
  }

  getPrivateDataRange(namespace: string, collection: string, start: string, end: string): ResultsIterator<KeyValue> {
    this.#beforePrivateQuery()
    return this.#whileNotDone(this.#private.range(namespace, collection, start, end))
  }

  async executeQueryOnPrivateData(
    namespace: string,
    collection: string,
    query: string,
  ): Promise<ResultsIterator<KeyValue>> {
    this.#beforePrivateQuery()
    const held = this.#private.holds(namespace, collection)
    const view = this.#richQueries
    if (view === undefined) throw new Error('ExecuteQuery not supported for leveldb')
    if (!held) return this.#private.range(namespace, collection, '', '')
    const scanner = await this.#startQuery(view, privateNamespace(namespace, collection), query)
    return this.#queried(namespace, scanner, false)
  }

  collection(namespace: string, name: string): Collection | undefined {
    return this.#private.collections.find(namespace, name)
  }

  results(): ReturnType<TxSimulator['results']> {
    this.#mustNotBeDone()
    const set = this.#rwset.publicSets()
    const privateSets = this.#rwset.privateSets()
    const before: ValueBefore = (namespace, key, collection) =>
      this.#state.get(collection === undefined ? namespace : privateNamespace(namespace, collection), key)?.value
    return {
      readWriteSet: describeReadWriteSet(set, privateSets, this.#rwset.privateReads(), before),
      publicSets: set,
      hasWrites: this.#written,
      rwset: () => marshalReadWriteSet(set),
      ...(privateSets.length === 0 ? {} : { privateRwset: () => marshalPrivateSets(privateSets) }),
    }
  }

  ownWritesRead(): { namespace: string; key: string }[] {
    return this.#ownWritesRead.all()
  }

  emptyWrites(): { namespace: string; key: string }[] {
    return this.#emptyWrites.all()
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
    const record = this.#rwset.namespace(namespace)
    record.reads.set(key, { key, version: found?.version ?? null })
    if (record.writes.has(key) || record.metadataWrites.has(key)) this.#ownWritesRead.set(namespace, key, true)
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
    const derived = parseDerived(namespace)
    const of = derived === undefined ? { namespace } : { namespace: derived.namespace, collection: derived.collection }
    this.#reports.push(() => ({ ...of, query, returned, ...scanner.report() }))
    return { ...scanner, returned: () => (returned += 1) }
  }

  /** What a query found is read, key by key; what it did not find is not: Fabric has no phantom protection for it. */
  #queried(
    namespace: string,
    scanner: ResultsIterator<ScannedDocument> & { returned: () => void },
    recorded = true,
  ): ResultsIterator<KeyValue> {
    const record = recorded ? this.#rwset.namespace(namespace) : undefined
    const take = (found: ScannedDocument | undefined): KeyValue | undefined => {
      if (found === undefined) return undefined
      scanner.returned()
      const { key, value, version } = found
      record?.reads.set(key, { key, version })
      return { namespace, key, value }
    }
    return this.#whileNotDone({
      next: () => {
        const found = scanner.next()
        return found instanceof Promise ? found.then(take) : take(found)
      },
      close: () => scanner.close(),
    })
  }

  #beforeWrite(key: string, value?: Uint8Array): void {
    this.#mustNotBeDone()
    if (this.#paginated) {
      throw this.#unsupported('Transaction has already performed a paginated query. Writes are not allowed')
    }
    if (this.#privateQueried) {
      throw this.#unsupported('Transaction has already performed queries on pvt data. Writes are not allowed')
    }
    this.#queries?.validateKeyValue?.(key, value)
    this.#written = true
  }

  #beforePrivateQuery(): void {
    this.#mustNotBeDone()
    if (this.#written) throw this.#unsupported('Queries on pvt data is supported only in a read-only transaction')
    this.#privateQueried = true
  }

  /** Fabric's own text and spelling (core/ledger/kvledger/txmgmt/txmgr/tx_simulator.go): chaincode gets to see it. */
  #unsupported(reason: string): Error {
    return new Error(`txid [${this.#txId}]: unsuppored transaction. ${reason}`)
  }

  #mustNotBeDone(): void {
    if (this.#done) throw new Error('this instance should not be used after calling Done()')
  }
}

/** Keys worth a hint, in the order they were met. */
class KeySet {
  readonly #keys = new Map<string, { namespace: string; key: string }>()

  set(namespace: string, key: string, isIn: boolean): void {
    const name = `${namespace}\0${key}`
    if (isIn) this.#keys.set(name, { namespace, key })
    else if (this.#keys.size > 0) this.#keys.delete(name)
  }

  all(): { namespace: string; key: string }[] {
    return [...this.#keys.values()]
  }
}
