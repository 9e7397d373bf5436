import type { CollectionStore } from '../privdata/collection-store.ts'
import { hashedKey, hashedNamespace, privateNamespace } from '../privdata/namespaces.ts'
import type { KeyValue, ResultsIterator, Version } from './results.ts'
import { sha256 } from './private-rwset-proto.ts'
import type { RWSetBuilder } from './rwset-builder.ts'
import { decodeMetadata, type VersionedValue } from './versioned-value.ts'
import type { WorldState } from './world-state.ts'

/**
 * Private data as one organisation's peer sees it: the hashes of every collection, and the values of those that it is
 * a member of (Fabric, txmgr/query_executor.go and tx_simulator.go). Whoever calls has checked that it may.
 */
export class PrivateSimulation {
  readonly #state: WorldState
  readonly #rwset: RWSetBuilder
  readonly collections: CollectionStore
  /** undefined: a peer of all of them at once. */
  readonly #mspId: string | undefined

  constructor(state: WorldState, rwset: RWSetBuilder, collections: CollectionStore, mspId: string | undefined) {
    this.#state = state
    this.#rwset = rwset
    this.collections = collections
    this.#mspId = mspId
  }

  get(namespace: string, collection: string, key: string): Uint8Array | undefined {
    const { members } = this.collections.use(namespace, collection)
    const value = this.#isMember(members) ? this.#state.get(privateNamespace(namespace, collection), key) : undefined
    const hash = this.#hash(namespace, collection, key)
    if (!isSame(hash?.version, value?.version)) {
      throw new Error(
        `private data matching public hash version is not available. Public hash version = ${shown(hash?.version)}, Private data version = ${shown(value?.version)}`,
      )
    }
    this.#read(namespace, collection, key, hash)
    return value?.value
  }

  hash(namespace: string, collection: string, key: string): Uint8Array | undefined {
    this.collections.use(namespace, collection)
    const hash = this.#hash(namespace, collection, key)
    this.#read(namespace, collection, key, hash)
    return hash?.value
  }

  metadata(namespace: string, collection: string, key: string): ReadonlyMap<string, Uint8Array> {
    this.collections.use(namespace, collection)
    const hash = this.#hash(namespace, collection, key)
    this.#read(namespace, collection, key, hash)
    return hash === undefined ? new Map() : decodeMetadata(hash.metadata)
  }

  /** undefined: a delete. */
  write(namespace: string, collection: string, key: string, value: Uint8Array | undefined, isPurge: boolean): void {
    const kept = value === undefined || value.length === 0 ? undefined : value
    this.#rwset.collection(namespace, collection).writes.set(key, { value: kept, isPurge })
  }

  writeMetadata(namespace: string, collection: string, key: string, metadata: ReadonlyMap<string, Uint8Array>): void {
    this.#rwset.collection(namespace, collection).metadataWrites.set(key, metadata)
  }

  /** Not recorded: Fabric has no protection against phantoms in private data, and so allows no writes beside it. */
  range(namespace: string, collection: string, start: string, end: string): ResultsIterator<KeyValue> {
    const { members } = this.collections.use(namespace, collection)
    if (!this.#isMember(members)) return { next: () => Promise.resolve(undefined), close: () => Promise.resolve() }
    const found = this.#state.scan(privateNamespace(namespace, collection), start, end)
    return {
      async next() {
        const entry = await found.next()
        return entry && { namespace, key: entry.key, value: entry.value }
      },
      close: () => found.close(),
    }
  }

  /** Whether this peer holds the collection's values. */
  holds(namespace: string, collection: string): boolean {
    return this.#isMember(this.collections.use(namespace, collection).members)
  }

  #isMember(members: readonly string[]): boolean {
    return this.#mspId === undefined || members.includes(this.#mspId)
  }

  #hash(namespace: string, collection: string, key: string): VersionedValue | undefined {
    return this.#state.get(hashedNamespace(namespace, collection), hashedKey(sha256(key)))
  }

  #read(namespace: string, collection: string, key: string, hash: VersionedValue | undefined): void {
    this.#rwset.collection(namespace, collection).reads.set(key, hash?.version ?? null)
  }
}

function isSame(a: Version | undefined, b: Version | undefined): boolean {
  return a?.block === b?.block && a?.tx === b?.tx
}

/** As Go prints a version.Height. */
function shown(version: Version | undefined): string {
  return version === undefined ? '<nil>' : `{BlockNum: ${version.block}, TxNum: ${version.tx}}`
}
