import { PeerError } from '../contract/error.ts'
import type { CommittedBlock, Committer } from '../committer/committer.ts'
import { DEFAULT_BATCH, newBlockCutter, type BatchConfig } from './block-cutter.ts'

/** What became of one envelope. */
export type Ordered = CommittedBlock['transactions'][number] & { blockNumber: number }

/** Puts the transactions of one channel in order and into blocks. */
export interface Orderer {
  /**
   * Order an envelope; resolves once its block is committed, whether the transaction was valid or not.
   * Cannot be undone, so there is no signal. Throws ORDER_REFUSED, LEDGER_WRITE, LEDGER_READ, LEDGER_CLOSED.
   */
  order(envelope: Uint8Array): Promise<Ordered>
  /**
   * Order a transaction that configures the channel: in a block of its own, behind whatever came before. As `order`
   * otherwise.
   */
  orderConfig(envelope: Uint8Array): Promise<Ordered>
  /** From now on blocks are cut so; what waits longer than that is cut at once. */
  configure(config: BatchConfig): void
  /** Takes no more, and resolves once what was taken is committed. Idempotent. */
  close(): Promise<void>
}

/** Told after each block. */
export type Committed = (channel: string, block: CommittedBlock, height: number) => void

interface Waiting {
  envelope: Uint8Array
  resolve: (ordered: Ordered) => void
  reject: (error: unknown) => void
}

/**
 * Without a timeout a block is cut at once: one call alone never waits for company, and whatever arrives while a block
 * is being synced to the disk becomes the next one, so that concurrent submits share a sync. With one, the first
 * transaction of a block waits for others, as with a real orderer.
 */
export function startOrderer(
  committer: Committer,
  committed: Committed,
  initial: BatchConfig = DEFAULT_BATCH,
): Orderer {
  let config = initial
  const cutter = newBlockCutter<Waiting>(() => config)
  const batches: Waiting[][] = []
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let closed = false

  const commit = async (batch: Waiting[]) => {
    try {
      const block = await committer.commit(batch.map(({ envelope }) => envelope))
      committed(committer.channel, block, block.number + 1)
      for (const [i, { resolve, reject }] of batch.entries()) {
        const transaction = block.transactions[i]
        if (transaction === undefined) reject(new RangeError(`block ${block.number} has no transaction ${i}`))
        else resolve({ ...transaction, blockNumber: block.number })
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const next = (): Waiting[] | undefined =>
    batches.shift() ?? (config.batchTimeout === 0 || closed ? cutter.cut() : undefined)
  const work = async (first: Waiting[]) => {
    for (let batch: Waiting[] | undefined = first; batch !== undefined; batch = next()) await commit(batch)
    working = undefined
  }
  const start = () => {
    if (working !== undefined) return
    const first = next()
    if (first !== undefined) working = work(first)
  }
  /** Time is up for what is pending. */
  const cutNow = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = cutter.cut()
    if (batch !== undefined) batches.push(batch)
    start()
  }
  const takeAlone = (waiting: Waiting) => {
    clearTimeout(timer)
    timer = undefined
    const before = cutter.cut()
    if (before !== undefined) batches.push(before)
    batches.push([waiting])
    start()
  }
  const take = (waiting: Waiting) => {
    const wasEmpty = cutter.pending() === 0
    const full = cutter.ordered(waiting)
    batches.push(...full)
    if (full.length > 0 || cutter.pending() === 0) {
      clearTimeout(timer)
      timer = undefined
    }
    if (config.batchTimeout > 0 && cutter.pending() > 0 && (wasEmpty || full.length > 0)) {
      timer = setTimeout(cutNow, config.batchTimeout)
    }
    start()
  }

  const ordering = (envelope: Uint8Array, taken: (waiting: Waiting) => void): Promise<Ordered> => {
    if (closed) return Promise.reject(new PeerError('LEDGER_CLOSED', {}))
    return new Promise((resolve, reject) => taken({ envelope, resolve, reject }))
  }

  return {
    order(envelope) {
      if (envelope.length > config.absoluteMaxBytes) {
        return Promise.reject(
          new PeerError('ORDER_REFUSED', { bytes: envelope.length, limit: config.absoluteMaxBytes }),
        )
      }
      return ordering(envelope, take)
    },
    orderConfig: (envelope) => ordering(envelope, takeAlone),
    configure(changed) {
      config = changed
      cutNow()
    },
    async close() {
      closed = true
      cutNow()
      await working
    },
  }
}
