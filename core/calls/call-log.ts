import type { CallRecord, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import type { Store } from '../ledger/store.ts'
import type { StoreOperation } from '../ledger/store-entries.ts'
import { callKeys, decodeRecord, encodeRecord, keepable } from './call-records.ts'

/** A call that has begun. Whoever began it reports its end; a client's call ends again when its transaction is committed. */
export interface RunningCall {
  readonly id: number
  done(result: CallResult): void
  failed(error: unknown, durationMs: number): void
}

export type NewCall = Pick<CallRecord, 'request' | 'kind' | 'channel' | 'identity' | 'client' | 'at'>

/** The newest 1,000 calls, and all that are pinned. Survives a restart. */
export interface CallLog {
  begin(call: NewCall): RunningCall
  /** Newest first; `before` is the id of the oldest call read so far. Throws LEDGER_READ. */
  read(query: { before?: number; limit: number; chaincode?: string }): CallRecord[]
  readOne(id: number): CallRecord | undefined
  /** Calls that had begun at this time, the newest first; each is read only when it is asked for. */
  begunBy(at: number): Iterable<CallRecord>
  /** The call that led to a transaction. */
  find(txId: string): CallRecord | undefined
  /** Ids of the calls that are pinned, oldest first. */
  pinned(): number[]
  /** Throws CALL_UNKNOWN. */
  pin(id: number, pinned: boolean): void
  /** Calls ever recorded: the id of the newest. */
  count(): number
  /** Write what is not written yet. Idempotent. Does not close the store. */
  close(): Promise<void>
}

const MAX_CALLS = 1000
const MAX_PAGE = 1000
const FLUSH_MS = 200
const FLUSH_AGAIN_MS = 5000
const ANNOUNCE_MS = 50
/** Calls that begin at once may be noted in another order: so many at most. */
const MOST_AT_ONCE = 50

/** Open the log in a peer's store. `announce` gets the count, at most every 50 ms. */
export async function openCallLog(store: Store, announce: (count: number) => void): Promise<CallLog> {
  const log = new StoredCallLog(store, announce)
  await log.open()
  return log
}

/**
 * While a call runs, this only keeps objects. What costs time (JSON, the store) is done later, in batches and without a
 * sync: a killed process loses nothing, a power failure the last moments.
 */
class StoredCallLog implements CallLog {
  readonly #store: Store
  readonly #announce: (count: number) => void
  /** Every call held, oldest first. */
  readonly #ids: number[] = []
  readonly #pinned = new Set<number>()
  /** Running, or not written yet. */
  readonly #fresh = new Map<number, CallRecord>()
  readonly #unwritten = new Set<number>()
  #evicted: number[] = []
  #last = 0
  #flushTimer: NodeJS.Timeout | undefined
  #announceTimer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(store: Store, announce: (count: number) => void) {
    this.#store = store
    this.#announce = announce
  }

  async open(): Promise<void> {
    const iterator = this.#store.iterate(callKeys.range)
    try {
      for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
        const id = callKeys.parse(entry[0])
        this.#ids.push(id)
        this.#last = id
        if (callKeys.isPinned(entry[1])) this.#pinned.add(id)
      }
    } finally {
      await iterator.close()
    }
  }

  begin(call: NewCall): RunningCall {
    const id = ++this.#last
    const record: CallRecord = { id, ...call, pinned: false, outcome: { state: 'running' } }
    this.#ids.push(id)
    this.#fresh.set(id, record)
    this.#changed(id)
    return {
      id,
      done: (result) => this.#ended(id, { state: 'done', result: keepable(result) }, result.kind),
      failed: (error, durationMs) =>
        this.#ended(id, { state: 'failed', error: PeerError.from(error).toJSON(), durationMs }),
    }
  }

  read(query: { before?: number; limit: number; chaincode?: string }): CallRecord[] {
    const { before = Infinity, limit, chaincode } = query
    const records: CallRecord[] = []
    for (let i = this.#ids.length - 1; i >= 0 && records.length < Math.min(limit, MAX_PAGE); i--) {
      const id = this.#ids[i] ?? 0
      if (id >= before) continue
      const record = this.readOne(id)
      if (record !== undefined && (chaincode === undefined || record.request.chaincode === chaincode))
        records.push(record)
    }
    return records
  }

  readOne(id: number): CallRecord | undefined {
    const fresh = this.#fresh.get(id)
    if (fresh !== undefined) return fresh
    const bytes = this.#store.get(callKeys.key(id))
    if (bytes === undefined) return undefined
    const record = { ...decodeRecord(bytes), pinned: this.#pinned.has(id) }
    if (record.outcome.state !== 'running') return record
    // Written while it ran: the peer ended before the call did.
    const error = new PeerError('ABORTED', { what: 'The call' }).toJSON()
    return { ...record, outcome: { state: 'failed', error, durationMs: 0 } }
  }

  *begunBy(at: number): Iterable<CallRecord> {
    let [low, high] = [0, this.#ids.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.readOne(this.#ids[middle] ?? 0)?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    for (const id of this.#ids.slice(0, low + MOST_AT_ONCE).reverse()) {
      const record = this.readOne(id)
      if (record !== undefined && record.at <= at) yield record
    }
  }

  find(txId: string): CallRecord | undefined {
    for (let i = this.#ids.length - 1; i >= 0; i--) {
      const record = this.readOne(this.#ids[i] ?? 0)
      if (record?.outcome.state === 'done' && record.outcome.result.txId === txId) return record
    }
    return undefined
  }

  pinned(): number[] {
    return [...this.#pinned].sort((a, b) => a - b)
  }

  pin(id: number, pinned: boolean): void {
    const record = this.readOne(id)
    if (record === undefined) throw new PeerError('CALL_UNKNOWN', { id })
    if (pinned) this.#pinned.add(id)
    else this.#pinned.delete(id)
    this.#fresh.set(id, { ...record, pinned })
    this.#changed(id)
  }

  count(): number {
    return this.#last
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#flushTimer)
    clearTimeout(this.#announceTimer)
    await this.#flush()
  }

  /** `kind`: a client doesn't say whether it will submit what it has endorsed. */
  #ended(id: number, outcome: CallRecord['outcome'], kind?: CallRecord['kind']): void {
    const record = this.readOne(id)
    if (record === undefined) return
    this.#fresh.set(id, { ...record, kind: kind ?? record.kind, outcome })
    this.#changed(id)
  }

  #changed(id: number): void {
    this.#unwritten.add(id)
    if (this.#closed) return
    this.#flushTimer ??= this.#flushIn(FLUSH_MS)
    this.#announceTimer ??= setTimeout(() => {
      this.#announceTimer = undefined
      this.#announce(this.#last)
    }, ANNOUNCE_MS).unref()
  }

  #flushIn(ms: number): NodeJS.Timeout {
    const flush = () => {
      this.#flushTimer = undefined
      // A full disk is reported where it matters, at the commit; here we try again later.
      this.#flush().catch(() => (this.#flushTimer ??= this.#closed ? undefined : this.#flushIn(FLUSH_AGAIN_MS)))
    }
    return setTimeout(flush, ms).unref()
  }

  #flush(): Promise<void> {
    const flushed = this.#flushing.then(() => this.#write())
    this.#flushing = flushed.catch(() => undefined)
    return flushed
  }

  async #write(): Promise<void> {
    this.#evict()
    const ids = [...this.#unwritten]
    const evicted = this.#evicted
    if (ids.length + evicted.length === 0) return
    const puts = ids.flatMap((id): StoreOperation[] => {
      const record = this.#fresh.get(id)
      return record === undefined ? [] : [{ type: 'put', key: callKeys.key(id), value: encodeRecord(record) }]
    })
    const dels = evicted.map((id): StoreOperation => ({ type: 'del', key: callKeys.key(id) }))
    this.#unwritten.clear()
    this.#evicted = []
    try {
      await this.#store.write([...puts, ...dels], { sync: false })
    } catch (error) {
      for (const id of ids) this.#unwritten.add(id)
      this.#evicted.push(...evicted)
      throw error
    }
    for (const id of ids) {
      const state = this.#fresh.get(id)?.outcome.state
      if (state !== 'running' && !this.#unwritten.has(id)) this.#fresh.delete(id)
    }
  }

  /** Drop the oldest calls that are not pinned. */
  #evict(): void {
    let over = this.#ids.length - this.#pinned.size - MAX_CALLS
    for (let i = 0; over > 0 && i < this.#ids.length;) {
      const id = this.#ids[i] ?? 0
      if (this.#pinned.has(id) || this.#fresh.get(id)?.outcome.state === 'running') {
        i++
        continue
      }
      this.#ids.splice(i, 1)
      this.#fresh.delete(id)
      this.#unwritten.delete(id)
      this.#evicted.push(id)
      over--
    }
  }
}
