import { PeerError } from '../contract/error.ts'
import { TransactionContext } from './transaction-context.ts'
import type { TransactionParams } from './transaction-params.ts'

/** The transactions that one Handler has in flight, by channel and txid (Fabric core/chaincode/transaction_contexts.go). */
export class TransactionContexts {
  readonly #contexts = new Map<string, TransactionContext>()

  /** @throws PeerError TXID_EXISTS: the chaincode is already executing this transaction */
  create(params: TransactionParams): TransactionContext {
    const key = keyOf(params.channelId, params.txId)
    if (this.#contexts.has(key)) throw new PeerError('TXID_EXISTS', { txId: params.txId, channel: params.channelId })
    const context = new TransactionContext(params)
    this.#contexts.set(key, context)
    return context
  }

  /**
   * The same transaction as it is executed for another organisation, which goes first: a shim knows a transaction by its
   * id alone, and one process may serve several organisations.
   */
  other({ channelId, txId, mspId }: TransactionParams): TransactionContext | undefined {
    const other = this.get(channelId, txId)
    return other?.params.mspId === mspId ? undefined : other
  }

  get(channelId: string, txId: string): TransactionContext | undefined {
    return this.#contexts.get(keyOf(channelId, txId))
  }

  delete(channelId: string, txId: string): void {
    this.#contexts.delete(keyOf(channelId, txId))
  }
}

function keyOf(channelId: string, txId: string): string {
  return `${channelId}\u0000${txId}`
}
