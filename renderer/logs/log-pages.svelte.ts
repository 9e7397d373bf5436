import type { LogFilter, LogLine, LogSource } from '../../core/contract/log.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { failureOf } from '../parts/failure.ts'
import { latest } from '../parts/latest.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

const PAGE = 400
const PAGES_KEPT = 30
const LARGEST = 2_000
const PAUSE = 60
const sources = ['chaincode', 'shim', 'build', 'peer'] as const satisfies LogSource[]

/** The log as it is scrolled: only pages around what is in sight are held, however long it is. */
export class LogPages {
  readonly #peer: PeerView
  #filter: LogFilter = {}
  #search = ''
  #sight = { first: 0, end: 0 }
  /** Page number → its lines. A Map keeps the order of use: the first is the one not needed for longest. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- #version says when it changed, once for a whole reading
  #pages = new Map<number, LogLine[]>()
  #heldFrom = 0
  /** A line in sight before lines went away above it. */
  #anchor: { index: number; seq: number } | undefined
  readonly #onshift: (rows: number) => void
  total = $state(0)
  matches = $state(0)
  counts = $state.raw<Record<LogSource, number>>({ chaincode: 0, shim: 0, build: 0, peer: 0 })
  failure = $state.raw<PeerErrorData | undefined>()
  read = $state(false)
  /** Grows whenever lines came in, so that what shows them follows. */
  #version = $state(0)
  readonly #fill: () => void
  readonly #count: () => void

  constructor(peer: PeerView, onshift: (rows: number) => void) {
    this.#peer = peer
    this.#onshift = onshift
    this.#fill = latest(() => this.#guard(() => this.#readMissing()), PAUSE)
    this.#count = latest(() => this.#guard(() => this.#readCounts()), 400)
  }

  /** Show other lines. `search` is what matches are counted of; it filters only where the filter has it too. */
  ask(filter: LogFilter, search: string): void {
    this.#filter = filter
    this.#search = search
    this.#pages.clear()
    this.#anchor = undefined
    this.#fill()
    this.#count()
  }

  /** The log grew, was cut or cleared; `first` is the oldest line held. */
  changed(first: number): void {
    if (first !== this.#heldFrom) {
      this.#anchor ??= this.#firstInSight()
      this.#pages.clear()
    } else {
      this.#pages.delete(Math.floor(Math.max(0, this.total - 1) / PAGE))
    }
    this.#heldFrom = first
    this.#fill()
    this.#count()
  }

  inSight(first: number, end: number): void {
    this.#sight = { first, end }
    this.#fill()
  }

  /** The line at an index; undefined where it was not read yet. */
  line(index: number): LogLine | undefined {
    void this.#version
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE]
  }

  /** Where the match with this number stands among the lines shown. */
  async indexOfMatch(match: number): Promise<number | undefined> {
    const filter = { ...this.#filter, search: this.#search }
    const { lines } = await this.#peer.call('readLogs', { filter, from: match, limit: 1 })
    const seq = lines[0]?.seq
    return seq === undefined ? undefined : this.indexOf(seq)
  }

  /** Every line that passes the filter, at most `most` of the newest. */
  async all(most: number): Promise<LogLine[]> {
    const lines: LogLine[] = []
    let from = Math.max(0, this.total - most)
    for (;;) {
      const page = await this.#peer.call('readLogs', { filter: this.#filter, from, limit: LARGEST })
      lines.push(...page.lines)
      from = page.from + page.lines.length
      if (page.lines.length === 0 || from >= page.total) return lines
    }
  }

  /**
   * Where the line with this number stands among the lines shown, or the next one where it is not among them.
   * Numbers rise with the index, so halving finds it.
   */
  async indexOf(seq: number): Promise<number | undefined> {
    const filter = this.#filter
    const read = (from: number) => this.#peer.call('readLogs', { filter, from, limit: 1 })
    const { total } = await read(-1)
    let [low, high] = [0, total]
    while (low < high) {
      const middle = (low + high) >> 1
      const found = (await read(middle)).lines[0]?.seq
      if (found !== undefined && found < seq) low = middle + 1
      else high = middle
    }
    if (filter !== this.#filter || total === 0) return undefined
    this.total = total
    return Math.min(low, total - 1)
  }

  /** The number of a line that is in sight. */
  get seqInSight(): number | undefined {
    return this.#firstInSight()?.seq
  }

  #firstInSight(): { index: number; seq: number } | undefined {
    for (let index = this.#sight.first; index < this.#sight.end; index += 1) {
      const seq = this.line(index)?.seq
      if (seq !== undefined) return { index, seq }
    }
    return undefined
  }

  /** Lines went away above: say by how many rows what was in sight moved. */
  async #followAnchor(): Promise<void> {
    const anchor = this.#anchor
    this.#anchor = undefined
    if (anchor === undefined) return
    const index = await this.indexOf(anchor.seq)
    if (index !== undefined && index < anchor.index) this.#onshift(anchor.index - index)
  }

  async #guard(read: () => Promise<void>): Promise<void> {
    try {
      await read()
      this.failure = undefined
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
    this.read = true
  }

  async #readMissing(): Promise<void> {
    const filter = this.#filter
    const tail = await this.#peer.call('readLogs', { filter, from: -PAGE, limit: PAGE })
    if (filter !== this.#filter) return
    this.total = tail.total
    await this.#followAnchor()
    const last = Math.floor(Math.max(0, this.total - 1) / PAGE)
    // What the tail already brought of the last page needs no second reading.
    if (tail.from <= last * PAGE) this.#keep(last, tail.lines.slice(last * PAGE - tail.from))
    const from = Math.floor(Math.min(this.#sight.first, this.total) / PAGE)
    const to = Math.min(last, Math.floor(Math.max(0, this.#sight.end - 1) / PAGE))
    for (let page = from; page <= to; page += 1) {
      if (this.#pages.has(page)) continue
      const read = await this.#peer.call('readLogs', { filter, from: page * PAGE, limit: PAGE })
      if (filter !== this.#filter) return
      this.#keep(page, read.lines)
    }
    this.#version += 1
  }

  #keep(page: number, lines: LogLine[]): void {
    this.#pages.delete(page)
    this.#pages.set(page, lines)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_KEPT) return
      this.#pages.delete(oldest)
    }
  }

  async #readCounts(): Promise<void> {
    const { chaincode } = this.#filter
    const count = async (filter: LogFilter): Promise<number> =>
      (await this.#peer.call('readLogs', { filter, from: -1, limit: 1 })).total
    const of = chaincode === undefined ? {} : { chaincode }
    const counted = await Promise.all(
      sources.map(async (source) => [source, await count({ ...of, sources: [source] })] as const),
    )
    this.counts = { ...this.counts, ...Object.fromEntries(counted) }
    this.matches = this.#search === '' ? 0 : await count({ ...this.#filter, search: this.#search })
  }
}
