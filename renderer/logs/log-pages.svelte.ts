import type { LogFilter, LogLine, LogSource } from '../../core/contract/log.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { failureOf } from '../parts/failure.ts'
import { latest } from '../parts/latest.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

const PAGE = 400
const PAGES_KEPT = 30
const LARGEST = 2_000
const PAUSE = 60
export const logSources = ['chaincode', 'shim', 'build', 'peer'] as const satisfies LogSource[]

/** The log as it is scrolled. Holds only the pages around the visible rows, however long the log. */
export class LogPages {
  readonly #peer: PeerView
  #filter: LogFilter = {}
  #search = ''
  #visible = { first: 0, end: 0 }
  /** Page number → its lines. A Map keeps insertion order: the first page is the least recently read. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- #version changes once per read
  #pages = new Map<number, LogLine[]>()
  #heldFrom = 0
  /** A visible line, from before lines above it were removed. */
  #anchor: { index: number; seq: number } | undefined
  readonly #onshift: (rows: number) => void
  total = $state(0)
  matches = $state(0)
  counts = $state.raw<Record<LogSource, number>>({ chaincode: 0, shim: 0, build: 0, peer: 0 })
  failure = $state.raw<PeerErrorData | undefined>()
  read = $state(false)
  /** Grows whenever lines arrive, so that templates update. */
  #version = $state(0)
  readonly #fill: () => void
  readonly #count: () => void

  constructor(peer: PeerView, onshift: (rows: number) => void) {
    this.#peer = peer
    this.#onshift = onshift
    this.#fill = latest(() => this.#guard(() => this.#readMissing()), PAUSE)
    this.#count = latest(() => this.#guard(() => this.#readCounts()), 400)
  }

  /** Show other lines. Matches of `search` are counted; it filters only if `filter` has it too. */
  ask(filter: LogFilter, search: string): void {
    this.#filter = filter
    this.#search = search
    this.#pages.clear()
    this.#anchor = undefined
    this.#fill()
    this.#count()
  }

  /** The log grew, was trimmed or cleared; `first` is the oldest line it holds. */
  changed(first: number): void {
    if (first !== this.#heldFrom) {
      this.#anchor ??= this.#firstVisible()
      this.#pages.clear()
    } else {
      this.#pages.delete(Math.floor(Math.max(0, this.total - 1) / PAGE))
    }
    this.#heldFrom = first
    this.#fill()
    this.#count()
  }

  /** Set which rows are visible. */
  setVisible(first: number, end: number): void {
    this.#visible = { first, end }
    this.#fill()
  }

  /** The line at an index; undefined if not read yet. */
  line(index: number): LogLine | undefined {
    void this.#version
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE]
  }

  /** Numbers of the lines at these indices, as far as they are read. In a full log other lines come to the same indices. */
  seqs(from: number, limit: number): number[] {
    const lines = Array.from({ length: Math.max(0, limit) }, (_, i) => this.line(from + i))
    return lines.flatMap((line) => line?.seq ?? [])
  }

  /** Index of the given match among the lines shown. */
  async indexOfMatch(match: number): Promise<number | undefined> {
    const filter = { ...this.#filter, search: this.#search }
    const { lines } = await this.#peer.call('readLogs', { filter, from: match, limit: 1 })
    const seq = lines[0]?.seq
    return seq === undefined ? undefined : this.indexOf(seq)
  }

  /** All lines that pass the filter, at most the newest `most`. */
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
   * Index of the line with this number among the lines shown, or of the next line if it isn't shown.
   * Numbers rise with the index, so this is a binary search.
   */
  async indexOf(seq: number): Promise<number | undefined> {
    const filter = this.#filter
    const read = (from: number) => this.#peer.call('readLogs', { filter, from, limit: 1 })
    const { total } = await read(-1)
    let [low, high] = [0, total]
    while (low < high) {
      const middle = (low + high) >> 1
      const middleSeq = (await read(middle)).lines[0]?.seq
      if (middleSeq !== undefined && middleSeq < seq) low = middle + 1
      else high = middle
    }
    if (filter !== this.#filter || total === 0) return undefined
    this.total = total
    return Math.min(low, total - 1)
  }

  /** The number of a visible line. */
  get visibleSeq(): number | undefined {
    return this.#firstVisible()?.seq
  }

  #firstVisible(): { index: number; seq: number } | undefined {
    for (let index = this.#visible.first; index < this.#visible.end; index += 1) {
      const seq = this.line(index)?.seq
      if (seq !== undefined) return { index, seq }
    }
    return undefined
  }

  /** After lines above were removed: report by how many rows the visible lines moved. */
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
    // The tail already holds part of the last page.
    if (tail.from <= last * PAGE) this.#keep(last, tail.lines.slice(last * PAGE - tail.from))
    const from = Math.floor(Math.min(this.#visible.first, this.total) / PAGE)
    const to = Math.min(last, Math.floor(Math.max(0, this.#visible.end - 1) / PAGE))
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
    const counts = await Promise.all(
      logSources.map(
        async (source) => [source, await count(withoutUndefined({ chaincode, sources: [source] }))] as const,
      ),
    )
    this.counts = { ...this.counts, ...Object.fromEntries(counts) }
    this.matches = this.#search === '' ? 0 : await count({ ...this.#filter, search: this.#search })
  }
}
