import { collectionStore, type CollectionStore } from '../privdata/collection-store.ts'
import { hashedKey, hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import { mapResults, noResults } from './map-results.ts'
import { sha256 } from './private-rwset-proto.ts'
import type { KeyValue, ResultsIterator, Version } from './results.ts'
import type { RWSetBuilder } from './rwset-builder.ts'
import type { CollectionWritten } from './simulation-results.ts'
import type { SimulationNotes } from './simulation-notes.ts'
import type { SimulationRules } from './simulation-rules.ts'
import { decodeMetadata, type VersionedValue } from './versioned-value.ts'
import type { WorldState } from './world-state.ts'

/** Whose peer simulates, on which channel. */
export interface Simulating {
  /** undefined: a peer of all organisations at once. */
  mspId: string | undefined
  /** MSP ids of the channel's organisations. */
  organisations: () => readonly string[]
  notes: Pick<SimulationNotes, 'hashesOnly' | 'searchedHashes'>
}

/**
 * Private data as one organisation's peer sees it: the hashes of every collection, and the values of those the
 * organisation is a member of (Fabric txmgr/query_executor.go and tx_simulator.go). Whether memberOnlyRead and
 * memberOnlyWrite allow the access is for the caller to check.
 */
export class PrivateSimulation {
  readonly #state: WorldState
  readonly #rwset: RWSetBuilder
  readonly #rules: SimulationRules
  readonly collections: CollectionStore
  readonly #mspId: string | undefined
  readonly #organisations: () => readonly string[]
  readonly #notes: Simulating['notes']
  /** Collections whose values were read, by namespace. */
  readonly #valuesRead = new Map<string, Set<string>>()

  constructor(
    state: WorldState,
    rwset: RWSetBuilder,
    rules: SimulationRules,
    { mspId, organisations, notes }: Simulating,
  ) {
    this.#state = state
    this.#rwset = rwset
    this.#rules = rules
    this.#mspId = mspId
    this.#organisations = organisations
    this.#notes = notes
    this.collections = collectionStore({ get: (namespace, key) => this.#readDefinition(namespace, key) }, organisations)
  }

  get(namespace: string, collection: string, key: string): Uint8Array | undefined {
    this.#rules.mustNotBeDone()
    if (this.holds(namespace, collection)) this.#rules.beforeRead(key)
    const value = this.holds(namespace, collection)
      ? this.#state.get(privateNamespace(namespace, collection), key)
      : undefined
    const hash = this.#hashOf(namespace, collection, key)
    if (!isSame(hash?.version, value?.version)) {
      throw new Error(
        `private data matching public hash version is not available. Public hash version = ${shown(hash?.version)}, Private data version = ${shown(value?.version)}`,
      )
    }
    this.#recordRead(namespace, collection, key, hash)
    return value?.value
  }

  /**
   * Unlike `get`, answers nothing where this peer lacks a value, and records that the key doesn't exist: such a
   * transaction is invalidated (query_executor.go, GetPrivateDataMultipleKeys, v3.1.5).
   */
  getMultiple(namespace: string, collection: string, keys: readonly string[]): (Uint8Array | undefined)[] {
    this.#rules.mustNotBeDone()
    const holds = this.holds(namespace, collection)
    return keys.map((key) => {
      const value = holds ? this.#state.get(privateNamespace(namespace, collection), key) : undefined
      this.#recordRead(namespace, collection, key, value)
      if (value === undefined && this.#hashOf(namespace, collection, key) !== undefined)
        this.#notes.hashesOnly.push({ namespace, collection, key })
      return value?.value
    })
  }

  hash(namespace: string, collection: string, key: string): Uint8Array | undefined {
    return this.#readHash(namespace, collection, key)?.value
  }

  metadata(namespace: string, collection: string, key: string): ReadonlyMap<string, Uint8Array> {
    const hash = this.#readHash(namespace, collection, key)
    return hash === undefined ? new Map() : decodeMetadata(hash.metadata)
  }

  set(namespace: string, collection: string, key: string, value: Uint8Array): void {
    this.collections.use(namespace, collection)
    this.#rules.beforeWrite(key, value)
    const { writes } = this.#rwset.collection(namespace, collection)
    writes.set(key, { value: value.length === 0 ? undefined : value, isPurge: false })
  }

  purge(namespace: string, collection: string, key: string): void {
    this.collections.use(namespace, collection)
    this.#rules.beforeWrite(key)
    this.#rwset.collection(namespace, collection).writes.set(key, { value: undefined, isPurge: true })
  }

  setMetadata(namespace: string, collection: string, key: string, metadata: ReadonlyMap<string, Uint8Array>): void {
    this.collections.use(namespace, collection)
    this.#rules.beforeWrite(key)
    this.#rwset.collection(namespace, collection).metadataWrites.set(key, metadata)
  }

  /** Not recorded: Fabric doesn't protect private data against phantoms, and so allows no writes beside it. */
  range(namespace: string, collection: string, start: string, end: string): ResultsIterator<KeyValue> {
    if (!this.holds(namespace, collection)) {
      this.#notes.searchedHashes.push({ namespace, collection })
      return this.#rules.whileNotDone(noResults)
    }
    const entries = this.#state.scan(privateNamespace(namespace, collection), start, end)
    return this.#rules.whileNotDone(mapResults(entries, ({ key, value }) => ({ namespace, key, value })))
  }

  /** A collection that was written to. Throws Fabric's text if it isn't defined. */
  written(namespace: string, name: string): CollectionWritten {
    const collection = this.collections.use(namespace, name)
    const others = this.#organisations().filter((mspId) => mspId !== this.#mspId && collection.members.includes(mspId))
    return { namespace, collection, otherPeers: others.length }
  }

  /** Collections whose values were read; reading a hash doesn't count (Fabric, query_executor.go, privateReads). */
  valuesRead(): { namespace: string; collection: string }[] {
    return [...this.#valuesRead].flatMap(([namespace, names]) =>
      [...names].map((collection) => ({ namespace, collection })),
    )
  }

  /** Whether this peer holds the values, which are about to be read. Throws Fabric's text if there is no such collection. */
  holds(namespace: string, collection: string): boolean {
    const { members } = this.collections.use(namespace, collection)
    const read = this.#valuesRead.get(namespace)
    if (read === undefined) this.#valuesRead.set(namespace, new Set([collection]))
    else read.add(collection)
    return this.#mspId === undefined || members.includes(this.#mspId)
  }

  #readHash(namespace: string, collection: string, key: string): VersionedValue | undefined {
    this.#rules.mustNotBeDone()
    this.collections.use(namespace, collection)
    const hash = this.#hashOf(namespace, collection, key)
    this.#recordRead(namespace, collection, key, hash)
    return hash
  }

  #hashOf(namespace: string, collection: string, key: string): VersionedValue | undefined {
    return this.#state.get(hashedNamespace(namespace, collection), hashedKey(sha256(key)))
  }

  #recordRead(namespace: string, collection: string, key: string, read: VersionedValue | undefined): void {
    this.#rwset.collection(namespace, collection).reads.set(key, read?.version ?? null)
  }

  /** In the read set, as a peer's: a call that races with a redefinition of its collections is invalidated. */
  #readDefinition(namespace: string, key: string): VersionedValue | undefined {
    const entry = this.#state.get(namespace, key)
    this.#rwset.namespace(namespace).reads.set(key, { key, version: entry?.version ?? null })
    return entry
  }
}

function isSame(a: Version | undefined, b: Version | undefined): boolean {
  return a?.block === b?.block && a?.tx === b?.tx
}

/** As Go prints a version.Height. */
function shown(version: Version | undefined): string {
  return version === undefined ? '<nil>' : `{BlockNum: ${version.block}, TxNum: ${version.tx}}`
}
