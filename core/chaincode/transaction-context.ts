import type { ChaincodeMessage } from '../protos/index.ts'
import type { PendingQuery } from './query-response.ts'
import type { TransactionParams } from './transaction-params.ts'

/**
 * What one transaction may touch while a chaincode executes it, and the iterators it holds open
 * (Fabric core/chaincode/transaction_context.go).
 */
export class TransactionContext {
  readonly params: TransactionParams
  readonly #queries = new Map<string, PendingQuery>()
  readonly #requests: ChaincodeMessage[] = []
  #answering = false
  #peerMs = 0
  #answeringSince = 0
  #ended: AbortController | undefined

  constructor(params: TransactionParams) {
    this.params = params
  }

  /** Milliseconds the peer spent on this transaction's requests; the rest of its time is the chaincode's. */
  get peerMs(): number {
    return this.#peerMs
  }

  /**
   * The request to answer now, if none is being answered. A real peer drops a request that arrives while another
   * of the same transaction is being answered (handler.go, registerTxid), sometimes; here it waits for its turn.
   */
  enqueue(request: ChaincodeMessage): void {
    this.#requests.push(request)
  }

  next(): ChaincodeMessage | undefined {
    if (this.#answering) return undefined
    const request = this.#requests.shift()
    if (request === undefined) return undefined
    this.#answering = true
    this.#answeringSince = performance.now()
    return request
  }

  answered(): void {
    this.#answering = false
    this.#peerMs += performance.now() - this.#answeringSince
  }

  keepQuery(id: string, query: PendingQuery): void {
    this.#queries.set(id, query)
  }

  query(id: string): PendingQuery | undefined {
    return this.#queries.get(id)
  }

  async closeQuery(id: string): Promise<void> {
    const query = this.#queries.get(id)
    this.#queries.delete(id)
    await query?.close()
  }

  /** Aborted when the transaction ends: work for its requests need not go on. */
  get signal(): AbortSignal {
    this.#ended ??= new AbortController()
    return this.#ended.signal
  }

  /** Resolves when the transaction has ended. */
  get ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve()
      else this.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** The transaction has ended: let go of what the chaincode left open. */
  async end(): Promise<void> {
    this.#ended?.abort()
    await Promise.all([...this.#queries.keys()].map((id) => this.closeQuery(id)))
  }
}
