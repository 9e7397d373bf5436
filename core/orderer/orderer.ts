import { PeerError } from '../contract/error.ts'
import type { CommittedBlock, Committer } from '../committer/committer.ts'
import { DEFAULT_BATCH, newBlockCutter, type BatchConfig } from './block-cutter.ts'

/** The outcome of one envelope. */
export type Ordered = CommittedBlock['transactions'][number] & { blockNumber: number }

/** Puts the transactions of one channel in order and into blocks. */
export interface Orderer {
  /**
   * Order an envelope; resolves once its block is committed, whether or not the transaction was valid.
   * Ordering can't be undone, so it takes no signal. Throws ORDER_REFUSED, LEDGER_WRITE, LEDGER_READ, LEDGER_CLOSED.
   */
  order(envelope: Uint8Array): Promise<Ordered>
  /**
   * Order a transaction that configures the channel, in a block of its own after whatever came before. Otherwise as
   * `order`.
   */
  orderConfig(envelope: Uint8Array): Promise<Ordered>
  /** Takes so many envelopes, and orders them in one block of their own, in their order, once the last one is here. */
  together(size: number): Pick<Orderer, 'order'>
  /**
   * Do this between two blocks, after whatever came before: nothing is committed meanwhile. Rejects with what it rejects
   * with, or LEDGER_CLOSED.
   */
  between<T>(work: () => Promise<T>): Promise<T>
  /** How blocks are cut from now on. What is pending is cut at once. */
  configure(config: BatchConfig): void
  /** Refuses new envelopes; resolves once the pending ones are committed. Idempotent. */
  close(): Promise<void>
}

/** Called after each block. */
export type Committed = (channel: string, block: CommittedBlock, height: number) => void

interface Waiting {
  envelope: Uint8Array
  resolve: (ordered: Ordered) => void
  reject: (error: unknown) => void
}

/** What is done next: the transactions of a block are committed, or something happens between two blocks. */
type Turn = Waiting[] | (() => Promise<void>)

/**
 * Without a timeout a block is cut at once: a single call never waits for company, and whatever arrives while a block is
 * being synced to disk becomes the next one, so concurrent submits share a sync. With a timeout, the first transaction
 * of a block waits for others, as with a real orderer.
 */
export function startOrderer(
  committer: Committer,
  committed: Committed,
  initial: BatchConfig = DEFAULT_BATCH,
): Orderer {
  let config = initial
  const cutter = newBlockCutter<Waiting>(() => config)
  const batches: Turn[] = []
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let closed = false

  const next = (): Turn | undefined =>
    batches.shift() ?? (config.batchTimeout === 0 || closed ? cutter.cut() : undefined)
  const work = async (first: Turn) => {
    for (let turn: Turn | undefined = first; turn !== undefined; turn = next()) {
      if (typeof turn === 'function') await turn()
      else await commitBatch(turn, committer, committed)
    }
    working = undefined
  }
  const start = () => {
    if (working !== undefined) return
    const first = next()
    if (first !== undefined) working = work(first)
  }
  const stopTimer = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const cutPending = () => {
    stopTimer()
    const pending = cutter.cut()
    if (pending !== undefined) batches.push(pending)
  }
  const takeLast = (...turns: Turn[]) => {
    cutPending()
    batches.push(...turns)
    start()
  }
  const cutNow = () => takeLast()
  const take = (waiting: Waiting) => {
    const wasEmpty = cutter.pending() === 0
    const full = cutter.ordered(waiting)
    batches.push(...full)
    if (full.length > 0 || cutter.pending() === 0) stopTimer()
    if (config.batchTimeout > 0 && cutter.pending() > 0 && (wasEmpty || full.length > 0)) {
      timer = setTimeout(cutNow, config.batchTimeout)
    }
    start()
  }
  const queue = (envelope: Uint8Array, enqueue: (waiting: Waiting) => void): Promise<Ordered> => {
    if (closed) return refuse()
    return new Promise((resolve, reject) => enqueue({ envelope, resolve, reject }))
  }

  return {
    order: async (envelope) => {
      checkSize(envelope.length, config.absoluteMaxBytes)
      return queue(envelope, take)
    },
    orderConfig: (envelope) => queue(envelope, (waiting) => takeLast([waiting])),
    together: (size) => {
      const join = gathering(size, takeLast)
      return { order: (envelope) => queue(envelope, join) }
    },
    between: (work) =>
      closed ? refuse() : new Promise((resolve, reject) => takeLast(() => work().then(resolve, reject))),
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

/** Takes so many, and hands them over together. */
function gathering(size: number, take: (batch: Waiting[]) => void): (waiting: Waiting) => void {
  const batch: Waiting[] = []
  return (waiting) => {
    batch.push(waiting)
    if (batch.length === size) take(batch)
  }
}

/** @throws PeerError ORDER_REFUSED */
function checkSize(bytes: number, limit: number): void {
  if (bytes > limit) throw new PeerError('ORDER_REFUSED', { bytes, limit })
}

function refuse(): Promise<never> {
  return Promise.reject(new PeerError('LEDGER_CLOSED', {}))
}

/** Commits a block and settles the calls that wait for it. */
async function commitBatch(batch: readonly Waiting[], committer: Committer, committed: Committed): Promise<void> {
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
