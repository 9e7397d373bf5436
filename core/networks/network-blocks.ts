import type { BlockDetail, CommittedEvent, EventsPage, ReadEvents } from '../contract/blocks.ts'
import type { NetworkBlocks } from '../contract/network.ts'
import type { Block } from '../protos/index.ts'
import { eventsOfBlock, isWanted } from '../scc/answers/block-events.ts'
import { blockJson, transactionRows } from '../scc/answers/block-json.ts'
import { blockComes, deliveredBlocks } from './deliver.ts'
import type { Network } from './network.ts'

const MOST_ROWS = 500
/** Blocks are read whole, whatever of them is shown: only so many at once. */
const AT_ONCE = 50
/** Blocks that one question for events looks through. */
const MOST_SEARCHED = 200

/**
 * Blocks of a network's channel downwards from one, read by Deliver; without `from` from the newest. With a limit of 0
 * only how many there are.
 * @throws what deliveredBlocks throws
 */
export async function readBlocksOf(
  network: Network,
  { channel, from = Infinity, limit }: { channel: string; from?: number | undefined; limit: number },
  signal?: AbortSignal,
): Promise<NetworkBlocks> {
  const newest = await newestOf(network, channel, signal)
  const last = Math.min(from, numberOf(newest))
  const first = Math.max(0, last - Math.min(limit, MOST_ROWS) + 1)
  const blocks = await between(network, channel, { first, last }, newest, signal)
  const rows = blocks.map((block) => ({
    number: numberOf(block),
    bytes: block.serializeBinary().length,
    transactions: transactionRows(block),
  }))
  return { height: numberOf(newest) + 1, blocks: rows.reverse() }
}

const LONGEST_WAIT_MS = 25_000

/**
 * Wait until a channel there has more than `height` blocks, or for 25 seconds. Resolves with how many it has then.
 * @throws what deliveredBlocks throws
 */
export async function awaitBlockOf(
  network: Network,
  { channel, height }: { channel: string; height: number },
  signal?: AbortSignal,
): Promise<{ height: number }> {
  if (!(await blockComes(network, channel, height, { forMs: LONGEST_WAIT_MS, signal }))) return { height }
  return { height: numberOf(await newestOf(network, channel, signal)) + 1 }
}

/** One block with all it holds; undefined if there is none of this number. @throws what deliveredBlocks throws */
export async function readBlockOf(
  network: Network,
  { channel, number }: { channel: string; number: number },
  signal?: AbortSignal,
): Promise<BlockDetail | undefined> {
  const newest = await newestOf(network, channel, signal)
  if (number > numberOf(newest)) return undefined
  const [block] = await between(network, channel, { first: number, last: number }, newest, signal)
  return block && blockJson(block)
}

/** The events of valid transactions, newest first, as a page of local ones is. @throws what deliveredBlocks throws */
export async function readEventsOf(
  network: Network,
  { channel, before, limit, ...wanted }: ReadEvents,
  signal?: AbortSignal,
): Promise<EventsPage> {
  const newest = await newestOf(network, channel, signal)
  const top = numberOf(newest)
  const from = before === undefined || before.block > top ? { block: top, tx: Infinity } : before
  const most = Math.max(1, Math.min(limit, MOST_ROWS))
  const lowest = Math.max(0, from.block - MOST_SEARCHED + 1)
  const events: CommittedEvent[] = []
  for (let last = from.block; last >= lowest; last -= AT_ONCE) {
    const first = Math.max(lowest, last - AT_ONCE + 1)
    const blocks = await between(network, channel, { first, last }, newest, signal)
    for (const event of blocks.reverse().flatMap(eventsOfBlock)) {
      if ((event.block === from.block && event.tx >= from.tx) || !isWanted(event, wanted)) continue
      events.push(event)
      if (events.length === most) return { events, next: { block: event.block, tx: event.tx } }
    }
  }
  // All of the next block: no transaction has this number.
  return lowest === 0 ? { events } : { events, next: { block: lowest - 1, tx: Number.MAX_SAFE_INTEGER } }
}

async function newestOf(network: Network, channel: string, signal: AbortSignal | undefined): Promise<Block> {
  const [newest] = await deliveredBlocks(network, channel, 'newest', signal)
  if (newest === undefined) throw new Error(`Deliver on ${channel} succeeded without a block.`)
  return newest
}

async function between(
  network: Network,
  channel: string,
  range: { first: number; last: number },
  newest: Block,
  signal: AbortSignal | undefined,
): Promise<Block[]> {
  if (range.last < range.first) return []
  if (range.first === numberOf(newest)) return [newest]
  return deliveredBlocks(network, channel, range, signal)
}

function numberOf(block: Block): number {
  return block.getHeader()?.getNumber() ?? 0
}
