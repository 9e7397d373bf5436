import type { Ledger } from '../ledger/ledger.ts'
import type { BlockRun } from '../ledger/block-reads.ts'

/** Fewer than this many are read one by one: to begin a run costs as much as reading a few blocks. */
const RUN = 16
/** Blocks of a run. */
const MOST = 1000

/** Reads the blocks of a stream, one number after the other. */
export interface ReplayedBlocks {
  /**
   * A block below the ledger's height, marshalled; undefined if it isn't there. Not a promise if it is at hand. While the
   * ledger is rewound it may still be the block of before: only then can the caller tell.
   */
  at(number: number): Uint8Array | undefined | Promise<Uint8Array | undefined>
  close(): Promise<void>
}

/**
 * Whoever is far behind gets its blocks from a run, which LevelDB reads ahead on another thread; whoever waits for the
 * next block gets that one alone.
 * @param last the last block that is wanted
 */
export function replayedBlocks(ledger: Ledger, last = Infinity): ReplayedBlocks {
  let run: (BlockRun & { number: number; end: number }) | undefined
  const endOf = () => Math.min(ledger.height(), last + 1)
  const close = async () => {
    const ended = run
    run = undefined
    await ended?.close()
  }
  const begin = async (number: number) => {
    await close()
    const behind = endOf() - number
    if (behind < RUN) return ledger.blocks.bytes(number)
    // Not all at once: while a run is open, LevelDB keeps the files that it reads.
    const end = number + Math.min(behind, MOST)
    run = { ...ledger.blocks.run(number, end), number: number + 1, end }
    return run.next()
  }
  return {
    at(number) {
      if (run?.number !== number || number >= run.end) {
        return run === undefined && endOf() - number < RUN ? ledger.blocks.bytes(number) : begin(number)
      }
      run.number++
      return run.next()
    },
    close,
  }
}
