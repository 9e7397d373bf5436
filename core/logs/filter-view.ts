import { stripVTControlCharacters } from 'node:util'
import type { LogFilter } from '../contract/log.ts'
import type { LineBlocks, LineKind } from './line-blocks.ts'

const ESCAPE = '\u001b'

/** The numbers of the lines that pass one filter. Looks at each line once, and keeps what it found. */
export class FilterView {
  readonly #lines: LineBlocks
  readonly #filter: LogFilter
  readonly #search: RegExp | undefined
  /** By kind: whether its lines can pass. */
  #passes: boolean[] = []
  #found: number[] = []
  /** How many of `#found` are no longer held; cut off now and then. */
  #gone = 0
  #seen = 0

  /** `from`: a view that passes everything this one does; only its lines are searched. */
  constructor(lines: LineBlocks, filter: LogFilter, from?: FilterView) {
    this.#lines = lines
    this.#filter = filter
    // With `u`, `i` ignores case beyond ASCII too.
    this.#search = filter.search ? new RegExp(escapeRegExp(filter.search), 'iu') : undefined
    if (from === undefined) return
    this.#found = from.#found
      .slice(from.#gone)
      .filter((seq) => seq >= lines.first && this.#matches(lines.line(seq).text))
    this.#seen = from.#seen
  }

  get total(): number {
    return this.#found.length - this.#gone
  }

  /** Numbers of the lines from one index to another, the end excluded. */
  slice(from: number, to: number): number[] {
    return this.#found.slice(this.#gone + from, this.#gone + to)
  }

  /** Add the lines that came since, and forget those that were dropped. */
  update(): void {
    const lines = this.#lines
    if (this.#seen < lines.count) {
      lines.scan(Math.max(this.#seen + 1, lines.first), (seq, kind, text) => {
        if (this.#passesKind(kind) && this.#matches(text)) this.#found.push(seq)
      })
      this.#seen = lines.count
    }
    while (this.#gone < this.#found.length && (this.#found[this.#gone] ?? 0) < lines.first) this.#gone++
    if (this.#gone > 10_000 && this.#gone > this.#found.length / 2) {
      this.#found = this.#found.slice(this.#gone)
      this.#gone = 0
    }
  }

  #passesKind(kind: number): boolean {
    return (this.#passes[kind] ??= passes(this.#filter, this.#lines.kinds[kind]))
  }

  #matches(text: string): boolean {
    if (this.#search === undefined) return true
    return this.#search.test(text.includes(ESCAPE) ? stripVTControlCharacters(text) : text)
  }
}

function passes({ sources, chaincode, stream }: LogFilter, kind: LineKind | undefined): boolean {
  if (kind === undefined) return false
  return (
    (sources === undefined || sources.includes(kind.source)) &&
    (chaincode === undefined || chaincode === kind.chaincode) &&
    (stream === undefined || stream === kind.stream)
  )
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
