import { collectionNames, hashOf, holds, inOrder, keysWithin, type ModelState, type ModelValue } from './model-state.ts'
import { POLICY, type PlainSet } from './plain-set.ts'
import type { Operation } from './program.ts'

/** Results in one answer to a range that isn't paginated (core/chaincode/handler.go, MaxResultLimit). */
const BATCH = 100
/** Reads of a range are recorded one by one up to this many, and as hashes beyond (maxDegreeQueryReadsHashing). */
const MOST_RAW_READS = 50

interface Writes {
  reads: Map<string, string | undefined>
  /** undefined: deleted. */
  writes: Map<string, { value: string | undefined; isPurge: boolean }>
  metadata: Map<string, readonly [name: string, value: string]>
}

export interface ModelRange {
  start: string
  end: string
  exhausted: boolean
  reads: [key: string, version: string][]
}

/** What a transaction read and wrote of one namespace. */
export interface ModelSets extends Writes {
  ranges: ModelRange[]
  collections: Map<string, Writes>
}

export interface ModelTransaction {
  txId: string
  answers: string[]
  sets: ModelSets
  event: { name: string; payload: string } | undefined
}

/** Fabric's own text, which a chaincode gets to see. */
class Refusal extends Error {}

/**
 * A simulation as Fabric's source says it (v2.5.16: core/chaincode/handler.go; txmgr/tx_simulator.go and
 * query_executor.go; rwsetutil/rwset_builder.go): reads show the state at the start and never the transaction's own
 * writes; some queries exclude writes, before and after.
 */
export function simulate(state: ModelState, txId: string, operations: readonly Operation[]): ModelTransaction {
  const simulation = new Simulation(state, txId)
  const answers = operations.map((operation) => {
    try {
      return simulation.answer(operation)
    } catch (error) {
      if (error instanceof Refusal) return `ERR ${error.message}`
      throw error
    }
  })
  return { txId, answers, sets: simulation.sets, event: simulation.event }
}

class Simulation {
  readonly #state: ModelState
  readonly #txId: string
  readonly sets: ModelSets = { ...noWrites(), ranges: [], collections: new Map() }
  event: ModelTransaction['event']
  #hasWritten = false
  #hasPaginated = false
  #hasQueriedPrivate = false

  constructor(state: ModelState, txId: string) {
    this.#state = state
    this.#txId = txId
  }

  answer(operation: Operation): string {
    switch (operation.do) {
      case 'get':
        return shown(this.#get(operation.collection, operation.key))
      case 'getmany':
        return this.#getMany(operation.collection, operation.keys)
      case 'hash':
        return shown(this.#hash(operation.collection, operation.key)?.value)
      case 'marks':
        return this.#marks(operation.collection, operation.key)
      case 'put':
        return this.#write(operation.collection, operation.key, operation.value)
      case 'delete':
        return this.#write(operation.collection, operation.key, '')
      case 'purge':
        return this.#write(operation.collection, operation.key, '', true)
      case 'mark':
        return this.#setMetadata(operation.collection, operation.key, ['mark', operation.value])
      case 'policy':
        return this.#setMetadata(operation.collection, operation.key, [POLICY, operation.mspId])
      case 'range':
        return operation.collection === '' ? this.#range(operation) : this.#privateRange(operation)
      case 'page':
        return this.#page(operation)
      case 'history':
        return this.#history(operation.key)
      case 'seed':
        return this.#seed(operation.many)
      case 'event':
        this.event = { name: operation.name, payload: operation.payload }
        return 'ok'
    }
  }

  #get(collection: string, key: string): string | undefined {
    if (collection === '') {
      const found = this.#state.public.get(key)
      this.sets.reads.set(key, found?.version)
      return found?.value
    }
    mayRead(collection)
    mustBeDefined(collection)
    const found = this.#privateValue(collection, key)
    const hash = this.#state.hashes[collection]?.get(key)
    if (found?.version !== hash?.version) {
      throw new Refusal(
        `private data matching public hash version is not available. Public hash version = ${height(hash)}, Private data version = ${height(found)}`,
      )
    }
    this.#ofCollection(collection).reads.set(key, found?.version)
    return found?.value
  }

  /** Of private data it records the version of the value, and asks nothing of the hash (GetPrivateDataMultipleKeys). */
  #getMany(collection: string, keys: string[]): string {
    if (collection !== '') {
      mayRead(collection)
      mustBeDefined(collection)
    }
    const values = keys.map((key) => {
      if (collection === '') return this.#get('', key)
      const found = this.#privateValue(collection, key)
      this.#ofCollection(collection).reads.set(key, found?.version)
      return found?.value
    })
    return values.map(shown).join()
  }

  #hash(collection: string, key: string): ModelValue | undefined {
    mustBeDefined(collection)
    const found = this.#state.hashes[collection]?.get(key)
    this.#ofCollection(collection).reads.set(key, found?.version)
    return found
  }

  #marks(collection: string, key: string): string {
    if (collection !== '') mayRead(collection)
    else this.#get('', key)
    const found = collection === '' ? this.#state.public.get(key) : this.#hash(collection, key)
    return found?.metadata === undefined ? 'none' : found.metadata.join('=')
  }

  #write(collection: string, key: string, value: string, isPurge = false): string {
    this.#mayWrite(collection)
    const written = { value: value === '' ? undefined : value, isPurge }
    const { writes } = collection === '' ? this.sets : this.#ofCollection(collection)
    writes.set(key, written)
    return 'ok'
  }

  #setMetadata(collection: string, key: string, metadata: readonly [string, string]): string {
    this.#mayWrite(collection)
    const sets = collection === '' ? this.sets : this.#ofCollection(collection)
    sets.metadata.set(key, metadata)
    return 'ok'
  }

  #range({ start, end, take }: Operation & { do: 'range' }): string {
    const all = keysWithin(this.#state.public.keys(), { start, end })
    // The peer looks one result ahead of each full batch.
    let given = Math.min(BATCH, all.length)
    while (given < all.length && given < take) given = Math.min(given + BATCH, all.length)
    const read = all.slice(0, given + 1)
    this.#recordRange({ start, end, exhausted: given === all.length, reads: read })
    return this.#values(all.slice(0, Math.min(given, take)))
  }

  #page({ start, end, size, bookmark }: Operation & { do: 'page' }): string {
    if (size === 0 && bookmark === '') return this.#range({ do: 'range', collection: '', start, end, take: Infinity })
    this.#mustNotHaveWritten('Paginated queries are supported only in a read-only transaction')
    this.#hasPaginated = true
    const from = bookmark === '' ? start : bookmark
    const all = keysWithin(this.#state.public.keys(), { start: from, end })
    const keys = size > 0 ? all.slice(0, size) : all
    const exhausted = size <= 0 || keys.length < size
    this.#recordRange({ start: from, end, exhausted, reads: keys })
    return `${this.#values(keys)} bookmark ${all[keys.length] ?? ''}`
  }

  /** Only the first of several that are alike counts (rwset_builder.go, AddToRangeQuerySet). */
  #recordRange({
    start,
    end,
    exhausted,
    reads,
  }: {
    start: string
    end: string
    exhausted: boolean
    reads: string[]
  }): void {
    const last = exhausted ? end : (reads.at(-1) ?? '')
    this.sets.ranges.push({
      start,
      end: last,
      exhausted,
      reads: reads.map((key) => [key, this.#state.public.get(key)?.version ?? '']),
    })
  }

  #privateRange({ collection, start, end, take }: Operation & { do: 'range' }): string {
    mayRead(collection)
    this.#mustNotHaveWritten('Queries on pvt data is supported only in a read-only transaction')
    this.#hasQueriedPrivate = true
    mustBeDefined(collection)
    const values = holds(collection) ? this.#state.private[collection] : undefined
    const keys = keysWithin(values?.keys() ?? [], { start, end }).slice(0, take)
    return `[${keys.map((key) => `${key}=${values?.get(key)?.value ?? ''}`).join()}]`
  }

  #history(key: string): string {
    const changes = this.#state.history.filter((change) => change.key === key).reverse()
    return `[${changes.map(({ value, txId }) => `${value ?? 'deleted'} by ${txId}`).join()}]`
  }

  #seed(many: number): string {
    for (let n = 0; n < many; n++) this.#write('', seedKey(n), String(n))
    return 'ok'
  }

  #values(keys: string[]): string {
    return `[${keys.map((key) => `${key}=${this.#state.public.get(key)?.value ?? ''}`).join()}]`
  }

  #privateValue(collection: string, key: string): ModelValue | undefined {
    return holds(collection) ? this.#state.private[collection]?.get(key) : undefined
  }

  #ofCollection(name: string): Writes {
    const found = this.sets.collections.get(name) ?? noWrites()
    this.sets.collections.set(name, found)
    return found
  }

  /** The query of private data is looked at first (checkWritePrecondition). */
  #mayWrite(collection: string): void {
    if (collection !== '') {
      mayWrite(collection)
      mustBeDefined(collection)
    }
    if (this.#hasQueriedPrivate) {
      throw this.#unsupported('Transaction has already performed queries on pvt data. Writes are not allowed')
    }
    if (this.#hasPaginated) {
      throw this.#unsupported('Transaction has already performed a paginated query. Writes are not allowed')
    }
    this.#hasWritten = true
  }

  #mustNotHaveWritten(reason: string): void {
    if (this.#hasWritten) throw this.#unsupported(reason)
  }

  #unsupported(reason: string): Refusal {
    return new Refusal(`txid [${this.#txId}]: unsuppored transaction. ${reason}`)
  }
}

export function seedKey(n: number): string {
  return `m${String(n).padStart(3, '0')}`
}

/** The sets as they are in the transaction, in Fabric's order. */
export function plainSet({ reads, writes, metadata, ranges, collections }: ModelSets): PlainSet {
  const seen = new Set<string>()
  return {
    reads: inOrder(reads.keys()).map((key) => [key, reads.get(key)]),
    ranges: ranges
      .filter(({ start, end, exhausted }) => {
        const name = JSON.stringify([start, end, exhausted])
        return seen.has(name) ? false : seen.add(name)
      })
      .map((range) => ({ ...range, reads: range.reads.length > MOST_RAW_READS ? 'hashes' : range.reads })),
    writes: inOrder(writes.keys()).map((key) => [key, writes.get(key)?.value]),
    metadata: inOrder(metadata.keys()).map((key) => [key, metadata.get(key)]),
    collections: inOrder(collections.keys()).map((name) => {
      const sets = collections.get(name) ?? noWrites()
      return {
        name,
        reads: inOrder(sets.reads.keys()).map((key) => [hashOf(key), sets.reads.get(key)]),
        writes: inOrder(sets.writes.keys()).map((key) => {
          const { value, isPurge } = sets.writes.get(key) ?? { value: undefined, isPurge: false }
          return { key: hashOf(key), isPurge, value: value === undefined ? undefined : hashOf(value) }
        }),
        metadata: inOrder(sets.metadata.keys()).map((key) => [hashOf(key), sets.metadata.get(key)]),
      }
    }),
  }
}

function noWrites(): Writes {
  return { reads: new Map(), writes: new Map(), metadata: new Map() }
}

function mayRead(collection: string): void {
  mayUse(collection, 'read')
}

function mayWrite(collection: string): void {
  mayUse(collection, 'write')
}

/** core/chaincode/handler.go, errorIfCreatorHasNo…Permission: the creator is of Org1MSP. */
function mayUse(collection: string, access: string): void {
  if (!collectionNames.includes(collection)) {
    // Implicit collections are permitted before it is known whether their organisation exists.
    if (collection.startsWith('_implicit_org_')) return
    throw new Refusal(`collection ch1/cc/${collection} could not be found`)
  }
  if (collection !== 'closed') return
  throw new Refusal(
    `tx creator does not have ${access} access permission on privatedata in chaincodeName:cc collectionName: closed`,
  )
}

/** txmgr/collection_val.go, validateCollName. */
function mustBeDefined(collection: string): void {
  if (collectionNames.includes(collection)) return
  throw new Refusal(`collection [${collection}] not defined in the collection config for chaincode [cc]`)
}

function shown(value: string | undefined): string {
  return value ?? 'nil'
}

/** As Go prints a version.Height. */
function height(of: ModelValue | undefined): string {
  if (of === undefined) return '<nil>'
  const [block = '', tx = ''] = of.version.split(':')
  return `{BlockNum: ${block}, TxNum: ${tx}}`
}
