import type { QueryReport } from '../contract/call.ts'
import type { Collection } from '../privdata/collection.ts'
import { HintKeys } from './hint-keys.ts'
import { readHistory } from './history.ts'
import type { CouchDBRefusal, TxSimulator } from './ledger.ts'
import { mapResults } from './map-results.ts'
import { PrivateSimulation } from './private-simulation.ts'
import type { RangeQuery } from './read-write-set.ts'
import type { KeyModificationRecord, KeyValue, QueryPage, RangePage, ResultsIterator } from './results.ts'
import { RangePages } from './range-pages.ts'
import { RichQuerySimulation } from './rich-query-simulation.ts'
import { RWSetBuilder } from './rwset-builder.ts'
import { decodeSavepoint } from './savepoint.ts'
import { newSimulationNotes } from './simulation-notes.ts'
import { simulationResults, type SimulationResults } from './simulation-results.ts'
import type { StateView } from './shared-view.ts'
import { SimulationRules } from './simulation-rules.ts'
import type { SimulatedAt } from './simulated-at.ts'
import type { StoreSnapshot } from './store.ts'
import { decodeMetadata, type VersionedValue } from './versioned-value.ts'
import type { VersionedKey, WorldState } from './world-state.ts'

/**
 * One transaction's view of a channel. The snapshot is taken at once, since all reads must show the state at the start
 * of the simulation; it is shared and costs next to nothing, so waiting for the first read would gain nothing.
 */
export class LevelTxSimulator implements TxSimulator {
  readonly #at: SimulatedAt
  readonly #snapshot: StoreSnapshot
  readonly #state: WorldState
  readonly #rwset = new RWSetBuilder()
  readonly #rules: SimulationRules
  readonly #private: PrivateSimulation
  readonly #pages: RangePages
  readonly #richQueries: RichQuerySimulation | undefined
  readonly #ownWritesRead = new HintKeys()
  readonly #emptyWrites = new HintKeys()
  readonly notes = newSimulationNotes()

  /** `view` ends with this simulator. `mspId`: whose private data it sees; undefined: that of all organisations. */
  constructor(at: SimulatedAt, { snapshot, state }: StateView, mspId?: string) {
    const { txId, store, keys, channel } = at
    const { queries, organisations } = channel
    this.#at = at
    this.#snapshot = snapshot
    this.#state = state
    this.#rules = new SimulationRules(txId, queries)
    this.#pages = new RangePages(this.#state, queries)
    this.#private = new PrivateSimulation(this.#state, this.#rwset, this.#rules, {
      mspId,
      organisations,
      notes: this.notes,
    })
    if (queries === undefined) return
    const view = queries.view(this.#state, () => decodeSavepoint(store.get(keys.savepoint, this.#snapshot)).height)
    this.#richQueries = new RichQuerySimulation(view, queries.internalQueryLimit, this.#rwset, this.#rules)
  }

  getState(namespace: string, key: string): Uint8Array | undefined {
    return this.#read(namespace, key)?.value
  }

  setState(namespace: string, key: string, value: Uint8Array): void {
    const isEmpty = value.length === 0
    this.#rules.beforeWrite(key, value)
    this.#rwset.namespace(namespace).writes.set(key, isEmpty ? undefined : value)
    if (isEmpty) this.#emptyWrites.add(namespace, key)
    else this.#emptyWrites.remove(namespace, key)
  }

  deleteState(namespace: string, key: string): void {
    this.#rules.beforeWrite(key)
    this.#rwset.namespace(namespace).writes.set(key, undefined)
    this.#emptyWrites.remove(namespace, key)
  }

  getStateRange(namespace: string, start: string, end: string): ResultsIterator<KeyValue> {
    this.#rules.mustNotBeDone()
    const record = this.#rwset.namespace(namespace)
    const query: RangeQuery = { start, end, exhausted: false, reads: [] }
    record.rangeQueries.push(query)
    const results = this.#state.scan(namespace, start, end)
    const take = ({ key, version, value }: VersionedKey) => {
      // The caller may stop here: until it asks again, the range ends with this key (Fabric, rwset query executer,
      // updateRangeQueryInfo).
      query.end = key
      query.reads.push({ key, version })
      if (record.writes.has(key)) this.#ownWritesRead.add(namespace, key)
      return { namespace, key, value }
    }
    const exhaust = () => {
      query.exhausted = true
      query.end = end
    }
    return this.#rules.whileNotDone(mapResults(results, take, exhaust))
  }

  async getStateRangePage(namespace: string, start: string, end: string, pageSize: number): Promise<RangePage> {
    this.#rules.beforePaginatedQuery()
    return this.#pages.take(this.getStateRange(namespace, start, end), { namespace, start, end, pageSize })
  }

  async executeQuery(namespace: string, query: string): Promise<ResultsIterator<KeyValue>> {
    this.#rules.mustNotBeDone()
    return this.#richQueriesFor('ExecuteQuery').execute(namespace, query)
  }

  async executeQueryWithPagination(namespace: string, query: string, page: QueryPage): Promise<RangePage> {
    this.#rules.beforePaginatedQuery()
    return this.#richQueriesFor('ExecuteQueryWithMetadata').executePage(namespace, query, page)
  }

  queries(): QueryReport[] {
    return this.#richQueries?.reports() ?? []
  }

  getStateMetadata(namespace: string, key: string): ReadonlyMap<string, Uint8Array> {
    const entry = this.#read(namespace, key)
    return entry === undefined ? new Map() : decodeMetadata(entry.metadata)
  }

  setStateMetadata(namespace: string, key: string, metadata: ReadonlyMap<string, Uint8Array>): void {
    this.#rules.beforeWrite(key)
    this.#rwset.namespace(namespace).metadataWrites.set(key, metadata)
  }

  getHistoryForKey(namespace: string, key: string): ResultsIterator<KeyModificationRecord> {
    this.#rules.mustNotBeDone()
    const history = readHistory(this.#at.store, this.#at.keys, { namespace, key, snapshot: this.#snapshot })
    return this.#rules.whileNotDone(history)
  }

  getPrivateData(namespace: string, collection: string, key: string): Uint8Array | undefined {
    return this.#private.get(namespace, collection, key)
  }

  getPrivateDataMultipleKeys(
    namespace: string,
    collection: string,
    keys: readonly string[],
  ): (Uint8Array | undefined)[] {
    return this.#private.getMultiple(namespace, collection, keys)
  }

  getPrivateDataHash(namespace: string, collection: string, key: string): Uint8Array | undefined {
    return this.#private.hash(namespace, collection, key)
  }

  getPrivateDataMetadata(namespace: string, collection: string, key: string): ReadonlyMap<string, Uint8Array> {
    return this.#private.metadata(namespace, collection, key)
  }

  setPrivateData(namespace: string, collection: string, key: string, value: Uint8Array): void {
    this.#private.set(namespace, collection, key, value)
  }

  deletePrivateData(namespace: string, collection: string, key: string): void {
    this.#private.set(namespace, collection, key, new Uint8Array())
  }

  purgePrivateData(namespace: string, collection: string, key: string): void {
    this.#private.purge(namespace, collection, key)
  }

  setPrivateDataMetadata(
    namespace: string,
    collection: string,
    key: string,
    metadata: ReadonlyMap<string, Uint8Array>,
  ): void {
    this.#private.setMetadata(namespace, collection, key, metadata)
  }

  getPrivateDataRange(namespace: string, collection: string, start: string, end: string): ResultsIterator<KeyValue> {
    this.#rules.beforePrivateQuery()
    return this.#private.range(namespace, collection, start, end)
  }

  async executeQueryOnPrivateData(
    namespace: string,
    collection: string,
    query: string,
  ): Promise<ResultsIterator<KeyValue>> {
    this.#rules.beforePrivateQuery()
    const isHeld = this.#private.holds(namespace, collection)
    const richQueries = this.#richQueriesFor('ExecuteQuery')
    return isHeld
      ? richQueries.executePrivate(namespace, collection, query)
      : this.#private.range(namespace, collection, '', '')
  }

  collection(namespace: string, name: string): Collection | undefined {
    return this.#private.collections.find(namespace, name)
  }

  privateReads(): { namespace: string; collection: string }[] {
    return this.#private.valuesRead()
  }

  results(): SimulationResults {
    this.#rules.mustNotBeDone()
    return simulationResults(this.#rwset, this.#state, (namespace, name) => this.#private.written(namespace, name))
  }

  couchDBRefusals(): CouchDBRefusal[] {
    return this.#rules.couchDBRefusals()
  }

  lastPages(): string[] {
    return this.#pages.lastPages()
  }

  ownWritesRead(): { namespace: string; key: string }[] {
    return this.#ownWritesRead.all()
  }

  emptyWrites(): { namespace: string; key: string }[] {
    return this.#emptyWrites.all()
  }

  forPeer(mspId: string): TxSimulator {
    return new LevelTxSimulator(this.#at, { snapshot: this.#snapshot.share(), state: this.#state }, mspId)
  }

  done(): void {
    if (!this.#rules.done()) return
    this.#richQueries?.close()
    this.#snapshot.close()
  }

  #read(namespace: string, key: string): VersionedValue | undefined {
    this.#rules.beforeRead(key)
    const entry = this.#state.get(namespace, key)
    const record = this.#rwset.namespace(namespace)
    record.reads.set(key, { key, version: entry?.version ?? null })
    if (record.writes.has(key) || record.metadataWrites.has(key)) this.#ownWritesRead.add(namespace, key)
    return entry
  }

  #richQueriesFor(call: string): RichQuerySimulation {
    if (this.#richQueries === undefined) throw new Error(`${call} not supported for leveldb`)
    return this.#richQueries
  }
}
