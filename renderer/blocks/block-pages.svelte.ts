import { createContext } from 'svelte'
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

/** The chain of a channel. It is another one after the peer has started again, and when it is taken to another block. */
interface Chain {
  channel: string
  /** When its peer started. */
  since: number | undefined
  moves: number
}

/**
 * The blocks of a channel, read page by page where the list shows them. The window keeps them while other screens are
 * shown, so that whoever comes back finds them at once.
 */
export class BlockPages {
  readonly #peer: BlockReader
  /** What was read is of this chain. */
  #chain = ''
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
    return page?.[(page[0]?.number ?? 0) - number]
  }

  /**
   * Read what is missing of these blocks. A page at the end of the chain is read again once it has grown, and all of
   * them when the chain is another.
   */
  show({ channel, since, moves }: Chain, lowest: number, highest: number): void {
    const chain = JSON.stringify([channel, since, moves])
    if (chain !== this.#chain) {
      this.#chain = chain
      this.#pages.clear()
      this.#asked.clear()
      this.failure = undefined
    }
    for (let page = pageOf(highest); page >= pageOf(Math.max(0, lowest)); page -= 1) {
      const last = Math.min(highest, page * PAGE + PAGE - 1)
      if ((this.#pages.get(page)?.[0]?.number ?? -1) < last) void this.#read(channel, page)
    }
  }

  async #read(channel: string, page: number): Promise<void> {
    if (this.#asked.has(page)) return
    this.#asked.add(page)
    const chain = this.#chain
    try {
      const rows = await this.#peer.call('readBlocks', { channel, from: page * PAGE + PAGE - 1, limit: PAGE })
      if (chain !== this.#chain) return
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
      if (chain === this.#chain) this.failure = failureOf(thrown)
    } finally {
      if (chain === this.#chain) this.#asked.delete(page)
    }
  }
}

export const [getBlockPages, setBlockPages] = createContext<BlockPages>()

function pageOf(number: number): number {
  return Math.floor(number / PAGE)
}
