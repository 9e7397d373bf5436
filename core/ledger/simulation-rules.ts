import type { CouchDBRefusal } from './ledger.ts'
import type { ResultsIterator } from './results.ts'
import type { StateQueries } from './state-queries.ts'

/**
 * What a simulation may still do. Nothing once it is done; no writes after a query that validation can't repeat, and no
 * such query after a write. Throws Fabric's own texts, which chaincode gets to see
 * (core/ledger/kvledger/txmgmt/txmgr/tx_simulator.go).
 */
export class SimulationRules {
  readonly #txId: string
  readonly #queries: Pick<StateQueries, 'validateKeyValue' | 'refusalOf'> | undefined
  readonly #refusals = new Map<string, CouchDBRefusal>()
  #isDone = false
  #hasWritten = false
  #hasPaginated = false
  #hasQueriedPrivate = false

  /** `queries`: the state database, which may refuse keys and values. */
  constructor(txId: string, queries: Pick<StateQueries, 'validateKeyValue' | 'refusalOf'> | undefined) {
    this.#txId = txId
    this.#queries = queries
  }

  mustNotBeDone(): void {
    if (this.#isDone) throw new Error('this instance should not be used after calling Done()')
  }

  beforeRead(key: string): void {
    this.mustNotBeDone()
    this.#validate(key, undefined)
  }

  beforeWrite(key: string, value?: Uint8Array): void {
    this.mustNotBeDone()
    if (this.#hasQueriedPrivate) {
      throw this.#unsupported('Transaction has already performed queries on pvt data. Writes are not allowed')
    }
    if (this.#hasPaginated) {
      throw this.#unsupported('Transaction has already performed a paginated query. Writes are not allowed')
    }
    // Even if the state database then refuses it.
    this.#hasWritten = true
    this.#validate(key, value)
  }

  beforePaginatedQuery(): void {
    this.mustNotBeDone()
    if (this.#hasWritten) throw this.#unsupported('Paginated queries are supported only in a read-only transaction')
    this.#hasPaginated = true
  }

  beforePrivateQuery(): void {
    this.mustNotBeDone()
    if (this.#hasWritten) throw this.#unsupported('Queries on pvt data is supported only in a read-only transaction')
    this.#hasQueriedPrivate = true
  }

  /** What CouchDB would have refused, of what was read and written; each reason once. */
  couchDBRefusals(): CouchDBRefusal[] {
    return [...this.#refusals.values()]
  }

  #validate(key: string, value: Uint8Array | undefined): void {
    this.#queries?.validateKeyValue?.(key, value)
    const reason = this.#queries?.refusalOf?.(key, value)
    if (reason !== undefined) this.#refusals.set(`${key}\0${reason}`, { key, reason })
  }

  /** The iterator, until the simulation is done. The snapshot closes what is still open then. */
  whileNotDone<T>(iterator: ResultsIterator<T>): ResultsIterator<T> {
    return {
      next: () => {
        this.mustNotBeDone()
        return iterator.next()
      },
      close: () => iterator.close(),
    }
  }

  /** Whether it wasn't done before. */
  done(): boolean {
    const isFirst = !this.#isDone
    this.#isDone = true
    return isFirst
  }

  #unsupported(reason: string): Error {
    return new Error(`txid [${this.#txId}]: unsuppored transaction. ${reason}`)
  }
}
