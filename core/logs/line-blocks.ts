import type { LogLine } from '../contract/log.ts'

/** A line that has no number yet. */
export interface NewLine extends Pick<LogLine, 'at' | 'source' | 'text'> {
  chaincode?: string | undefined
  organisation?: string | undefined
  stream?: LogLine['stream'] | undefined
  build?: number | undefined
  places?: LogLine['places'] | undefined
}

/** Lines that are dropped together: few enough that dropping them hardly shows, many enough to keep the blocks few. */
const BLOCK_LINES = 4096
const BLOCK_CHARACTERS = 512 * 1024

/** What many lines have in common. It is interned: a line costs its text and two numbers. */
export type LineKind = Pick<NewLine, 'source' | 'chaincode' | 'organisation' | 'stream' | 'build'>

interface Block {
  /** Sequence number of its first line. */
  first: number
  texts: string[]
  at: Float64Array
  kinds: Uint32Array
  places: Map<number, NonNullable<LogLine['places']>>
  characters: number
  earliest: number
  latest: number
}

/**
 * Lines by sequence number, in columns: a million objects would keep the garbage collector, and so the peer, busy.
 * Holds no more than the limits; the oldest lines are dropped a block at a time.
 */
export class LineBlocks {
  readonly #limits: { lines: number; characters: number }
  #blocks: Block[] = []
  #kinds: LineKind[] = []
  #kindIds = new Map<string, number>()
  /** Kind of the newest line: most lines have the same kind as the line before. */
  #lastKind: LineKind | undefined
  #lastKindId = 0
  #count = 0
  #characters = 0

  constructor(limits: { lines: number; characters: number }) {
    this.#limits = limits
  }

  /** Sequence number of the newest line ever appended; the first line has 1. */
  get count(): number {
    return this.#count
  }

  /** Sequence number of the oldest line held; one more than `count` if none is. */
  get first(): number {
    return this.#blocks[0]?.first ?? this.#count + 1
  }

  /** The kinds so far; a line's kind is an index into this list. Only ever grows. */
  get kinds(): readonly LineKind[] {
    return this.#kinds
  }

  append(line: NewLine): void {
    this.#count++
    let block = this.#blocks.at(-1)
    if (block === undefined || block.texts.length === BLOCK_LINES || block.characters >= BLOCK_CHARACTERS) {
      block = newBlock(this.#count)
      this.#blocks.push(block)
    }
    const index = block.texts.length
    block.texts.push(line.text)
    block.at[index] = line.at
    block.kinds[index] = this.#kindId(line)
    if (line.places !== undefined && line.places.length > 0) block.places.set(index, line.places)
    block.characters += line.text.length
    block.earliest = Math.min(block.earliest, line.at)
    block.latest = Math.max(block.latest, line.at)
    this.#characters += line.text.length
    this.#dropOldest()
  }

  /** The line of a number from `first` to `count`. */
  line(seq: number): LogLine {
    const [block, index] = this.#find(seq)
    return {
      seq,
      at: block.at[index] ?? 0,
      ...this.#kinds[block.kinds[index] ?? 0],
      text: block.texts[index] ?? '',
      places: block.places.get(index),
    } as LogLine
  }

  /** Visit the lines from a number on, oldest first, without creating an object for each. */
  scan(from: number, visit: (seq: number, kind: number, text: string) => void): void {
    for (const block of this.#blocks.slice(Math.max(0, this.#blockAt(from)))) {
      for (let i = Math.max(0, from - block.first); i < block.texts.length; i++)
        visit(block.first + i, block.kinds[i] ?? 0, block.texts[i] ?? '')
    }
  }

  /** Numbers of the lines from one time to another, both inclusive. Lines are almost in the order of their times. */
  between(from: number, to: number): number[] {
    const seqs: number[] = []
    for (const block of this.#blocks) {
      if (block.latest < from || block.earliest > to) continue
      for (let i = 0; i < block.texts.length; i++) {
        const at = block.at[i] ?? 0
        if (at >= from && at <= to) seqs.push(block.first + i)
      }
    }
    return seqs
  }

  /** Forget all lines; numbering goes on. */
  clear(): void {
    this.#blocks = []
    this.#characters = 0
  }

  #find(seq: number): [Block, number] {
    const block = this.#blocks[this.#blockAt(seq)]
    const index = seq - (block?.first ?? 0)
    if (block === undefined || index < 0 || index >= block.texts.length) throw new RangeError(`line ${seq} is not held`)
    return [block, index]
  }

  /** Index of the last block that begins at or before a line; -1 if the line is older than all of them. */
  #blockAt(seq: number): number {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#blocks[middle]?.first ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #kindId(line: NewLine): number {
    const { source, chaincode, organisation, stream, build } = line
    if (this.#lastKind !== undefined && isOfKind(line, this.#lastKind)) return this.#lastKindId
    const key = `${source}|${stream ?? ''}|${build ?? ''}|${organisation ?? ''}|${chaincode ?? ''}`
    let id = this.#kindIds.get(key)
    if (id === undefined) {
      id = this.#kinds.length
      this.#kindIds.set(key, id)
      this.#kinds.push({ source, chaincode, organisation, stream, build })
    }
    this.#lastKind = this.#kinds[id]
    this.#lastKindId = id
    return id
  }

  #dropOldest(): void {
    const { lines, characters } = this.#limits
    while (this.#count - this.first + 1 > lines || this.#characters > characters) {
      this.#characters -= this.#blocks.shift()?.characters ?? 0
    }
  }
}

function isOfKind(line: NewLine, kind: LineKind): boolean {
  return (
    kind.source === line.source &&
    kind.stream === line.stream &&
    kind.build === line.build &&
    kind.chaincode === line.chaincode &&
    kind.organisation === line.organisation
  )
}

function newBlock(first: number): Block {
  return {
    first,
    texts: [],
    at: new Float64Array(BLOCK_LINES),
    kinds: new Uint32Array(BLOCK_LINES),
    places: new Map(),
    characters: 0,
    earliest: Infinity,
    latest: -Infinity,
  }
}
