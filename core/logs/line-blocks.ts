import type { LogLine } from '../contract/log.ts'

/** What is known of a line before it is numbered. */
export type NewLine = Omit<LogLine, 'seq'>

/** Lines that live and go together: small enough that dropping them hardly shows, large enough to be few. */
const BLOCK_LINES = 4096
const BLOCK_CHARACTERS = 512 * 1024

/** What many lines have in common; interned, so that a line costs its text and two numbers. */
export type LineKind = Pick<LogLine, 'source' | 'chaincode' | 'stream' | 'build'>

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
 * The lines held, by sequence number, in columns: a million objects would keep the garbage collector busy, and the
 * peer with it. Never more than the limits is held; the oldest go a block at a time.
 */
export class LineBlocks {
  readonly #limits: { lines: number; characters: number }
  #blocks: Block[] = []
  #kinds: LineKind[] = []
  #kindIds = new Map<string, number>()
  /** Of the newest line: most lines are of the same kind as the one before. */
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

  /** Sequence number of the oldest line held; one more than `count` where none is. */
  get first(): number {
    return this.#blocks[0]?.first ?? this.#count + 1
  }

  /** The kinds so far; a line's kind is an index in here. Only ever grows. */
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
    const places = block.places.get(index)
    return {
      seq,
      at: block.at[index] ?? 0,
      ...this.#kinds[block.kinds[index] ?? 0],
      text: block.texts[index] ?? '',
      ...(places === undefined ? {} : { places }),
    } as LogLine
  }

  /** Walk the lines from a number on, oldest first, without making an object of each. */
  scan(from: number, visit: (seq: number, kind: number, text: string) => void): void {
    for (const block of this.#blocks.slice(Math.max(0, this.#blockAt(from)))) {
      for (let i = Math.max(0, from - block.first); i < block.texts.length; i++)
        visit(block.first + i, block.kinds[i] ?? 0, block.texts[i] ?? '')
    }
  }

  /** Numbers of the lines from one time to another, both inclusive. Lines are nearly in the order of their times, not quite. */
  between(from: number, to: number): number[] {
    const found: number[] = []
    for (const block of this.#blocks) {
      if (block.latest < from || block.earliest > to) continue
      for (let i = 0; i < block.texts.length; i++) {
        const at = block.at[i] ?? 0
        if (at >= from && at <= to) found.push(block.first + i)
      }
    }
    return found
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

  /** Index of the last block that begins at or before a line; -1 where the line is older than all of them. */
  #blockAt(seq: number): number {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#blocks[middle]?.first ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #kindId({ source, chaincode, stream, build }: NewLine): number {
    const last = this.#lastKind
    if (last?.source === source && last.stream === stream && last.build === build && last.chaincode === chaincode)
      return this.#lastKindId
    const key = `${source}|${stream ?? ''}|${build ?? ''}|${chaincode ?? ''}`
    let id = this.#kindIds.get(key)
    if (id === undefined) {
      id = this.#kinds.length
      this.#kindIds.set(key, id)
      this.#kinds.push({
        source,
        ...(chaincode === undefined ? {} : { chaincode }),
        ...(stream === undefined ? {} : { stream }),
        ...(build === undefined ? {} : { build }),
      })
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
