import { SvelteMap } from 'svelte/reactivity'
import type { BlockRow, ReadBlocks } from '../../core/contract/blocks.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { failureOf } from '../parts/failure.ts'

const PAGE = 50
/** Pages kept: blocks never change, so a page is read once until it is dropped. */
const KEPT = 120

/** Whose blocks they are: this peer's, or a network's. */
export interface BlockReader {
  call(name: 'readBlocks', args: ReadBlocks): Promise<BlockRow[]>
}

/** The blocks of a channel, read page by page where the list shows them. */
export class BlockPages {
  readonly #peer: BlockReader
  #channel = ''
  #moves = 0
  /** Page number → its blocks, the highest first. Page 2 holds blocks 100 to 149. */
  readonly #pages = new SvelteMap<number, BlockRow[]>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- only keeps a page from being asked for twice
  readonly #asked = new Set<number>()
  failure = $state.raw<PeerErrorData | undefined>()

  constructor(peer: BlockReader) {
    this.#peer = peer
  }

  /** A block, if it has been read. */
  block(number: number): BlockRow | undefined {
    const page = this.#pages.get(pageOf(number))
    return page?.find((row) => row.number === number)
  }

  /**
   * Read what is missing of these blocks. A page at the end of the chain is read again once it has grown, and all of
   * them when `moves` changes: the channel was taken to another block.
   */
  show(channel: string, lowest: number, highest: number, moves: number): void {
    if (channel !== this.#channel || moves !== this.#moves) {
      this.#channel = channel
      this.#moves = moves
      this.#pages.clear()
      this.#asked.clear()
    }
    for (let page = pageOf(highest); page >= pageOf(Math.max(0, lowest)); page -= 1) {
      const last = Math.min(highest, page * PAGE + PAGE - 1)
      if ((this.#pages.get(page)?.[0]?.number ?? -1) < last) void this.#read(channel, page)
    }
  }

  async #read(channel: string, page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const moves = this.#moves
    try {
      const rows = await this.#peer.call('readBlocks', { channel, from: page * PAGE + PAGE - 1, limit: PAGE })
      if (channel !== this.#channel || moves !== this.#moves) return
      // Near the end of the chain the peer starts at its last block, which may leave room for older ones.
      this.#pages.delete(page)
      this.#pages.set(
        page,
        rows.filter(({ number }) => pageOf(number) === page),
      )
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= KEPT) break
        this.#pages.delete(oldest)
      }
      this.failure = undefined
    } catch (thrown) {
      this.failure = failureOf(thrown)
    } finally {
      if (moves === this.#moves) this.#asked.delete(page)
    }
  }
}

function pageOf(number: number): number {
  return Math.floor(number / PAGE)
}
