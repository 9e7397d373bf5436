import type { Ledger } from '../ledger/ledger.ts'

/** Blocks that are read at once, until their size is known. Fewer than these are read one by one. */
const FIRST = 16
const MOST = 128
/** About as much as is read at once, and once more ahead. */
const BYTES = 512 * 1024

/** Reads the blocks of a stream, one number after the other. */
export interface ReplayedBlocks {
  /**
   * A block below the ledger's height, marshalled; undefined if it isn't there. Not a promise if it is at hand. While the
   * ledger is rewound it may still be the block of before: only then can the caller tell.
   */
  at(number: number): Uint8Array | undefined | Promise<Uint8Array | undefined>
}

/**
 * Whoever is far behind gets blocks that another thread has read, and reads ahead, many at once; whoever waits for the
 * next block gets that one alone. Nothing stays open meanwhile: a client may stop reading for hours.
 * @param last the last block that is wanted
 */
export function replayedBlocks(ledger: Ledger, last = Infinity): ReplayedBlocks {
  let count = FIRST
  let known: { from: number; blocks: (Uint8Array | undefined)[] } = { from: 0, blocks: [] }
  let ahead: { from: number; blocks: Promise<(Uint8Array | undefined)[]> } | undefined
  const behind = (number: number) => Math.min(ledger.height(), last + 1) - number
  // What couldn't be read so is read by itself, and fails for a reason of its own.
  const many = (from: number) => ledger.blocks.many(from, Math.min(count, behind(from))).catch(() => [])
  const load = async (number: number) => {
    const blocks = await (ahead?.from === number ? ahead.blocks : many(number))
    known = { from: number, blocks }
    const size = blocks.reduce((sum, block) => sum + (block?.length ?? 0), 0) / Math.max(1, blocks.length)
    count = Math.max(1, Math.min(MOST, Math.floor(BYTES / Math.max(1, size))))
    const next = number + blocks.length
    ahead = blocks.length > 0 && behind(next) >= FIRST ? { from: next, blocks: many(next) } : undefined
    return blocks[0] ?? ledger.blocks.bytes(number)
  }
  return {
    at(number) {
      const block = known.blocks[number - known.from]
      if (block !== undefined) return block
      return behind(number) < FIRST && ahead?.from !== number ? ledger.blocks.bytes(number) : load(number)
    },
  }
}
