import { PeerError } from '../contract/error.ts'
import type { CommittedBlock, Ledger } from '../ledger/ledger.ts'

/** What became of one envelope. */
export type Ordered = CommittedBlock['transactions'][number] & { blockNumber: number }

/** Puts the transactions of one channel in order and into blocks. */
export interface Orderer {
  /**
   * Order an envelope; resolves once its block is committed, whether the transaction was valid or not.
   * Cannot be undone, so there is no signal. Throws LEDGER_WRITE, LEDGER_READ, LEDGER_CLOSED.
   */
  order(envelope: Uint8Array): Promise<Ordered>
  /** Takes no more, and resolves once what was taken is committed. Idempotent. */
  close(): Promise<void>
}

/** Told after each block. */
export type Committed = (channel: string, block: CommittedBlock, height: number) => void

const MAX_BLOCK = 500

interface Waiting {
  envelope: Uint8Array
  resolve: (ordered: Ordered) => void
  reject: (error: unknown) => void
}

/**
 * A block is cut at once: one call alone never waits for company, and whatever arrives while a block is being synced
 * to the disk becomes the next one, so that concurrent submits share a sync.
 */
export function startOrderer(ledger: Ledger, committed: Committed): Orderer {
  const queue: Waiting[] = []
  let working: Promise<void> | undefined
  let closed = false

  const commitNext = async () => {
    const batch = queue.splice(0, MAX_BLOCK)
    try {
      const block = await ledger.commit(batch.map(({ envelope }) => envelope))
      committed(ledger.channel, block, ledger.height())
      for (const [i, { resolve, reject }] of batch.entries()) {
        const transaction = block.transactions[i]
        if (transaction === undefined) reject(new RangeError(`block ${block.number} has no transaction ${i}`))
        else resolve({ ...transaction, blockNumber: block.number })
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const work = async () => {
    while (queue.length > 0) await commitNext()
    working = undefined
  }

  return {
    order(envelope) {
      if (closed) return Promise.reject(new PeerError('LEDGER_CLOSED', {}))
      return new Promise((resolve, reject) => {
        queue.push({ envelope, resolve, reject })
        working ??= work()
      })
    },
    async close() {
      closed = true
      await working
    },
  }
}
