import { PeerError } from '../contract/error.ts'
import { waitFor, type WaitEnds } from '../facts/wait.ts'
import type { ChaincodeMessage } from '../protos/index.ts'
import type { TransactionContext } from './transaction-context.ts'

export interface ExecuteOptions {
  timeoutMs: number
  /** How that time is counted; by default by the clock. */
  countdown?: WaitEnds['countdown']
  signal?: AbortSignal | undefined
}

type Settle = (outcome: { message: ChaincodeMessage } | { error: PeerError }) => void

/** The transactions that were sent to a chaincode and not yet answered. */
export class Exchanges {
  readonly #open = new Map<TransactionContext, Settle>()
  readonly #waiting: (() => void)[] = []

  /**
   * Send, and wait for the answer.
   * @throws PeerError EXECUTE_TIMEOUT, ABORTED, or the reason given to `failAll`
   */
  async start(
    context: TransactionContext,
    canonicalName: string,
    { timeoutMs, countdown, signal }: ExecuteOptions,
    send: () => void,
  ): Promise<ChaincodeMessage> {
    const answer = new Promise<ChaincodeMessage>((resolve, reject) => {
      this.#open.set(context, (outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.message)))
      send()
    })
    try {
      return await waitFor(answer, {
        signal,
        deadlineMs: timeoutMs,
        countdown,
        onDeadline: () => new PeerError('EXECUTE_TIMEOUT', { canonicalName, seconds: timeoutMs / 1000 }),
        onAbort: () => new PeerError('ABORTED', { what: 'The call' }, { cause: signal?.reason }),
      })
    } finally {
      this.#open.delete(context)
      if (this.#open.size === 0) for (const idle of this.#waiting.splice(0)) idle()
    }
  }

  /** Resolves once none is open. */
  idle(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Late answers, after a timeout or an abort, no longer belong to anybody. */
  answered(context: TransactionContext | undefined, message: ChaincodeMessage): void {
    if (context !== undefined) this.#open.get(context)?.({ message })
  }

  failAll(error: PeerError): void {
    for (const settle of [...this.#open.values()]) settle({ error })
  }
}
