import type { PeerApi } from '../contract/api.ts'
import type { BlockRow, ChainPlace, CommittedEvent, EventsPage, ReadEvents } from '../contract/blocks.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { Block } from '../protos/index.ts'
import { eventsOfBlock, isWanted } from '../scc/answers/block-events.ts'
import { blockJson, transactionRows } from '../scc/answers/block-json.ts'
import type { Channels } from './channels.ts'

const MOST_ROWS = 500
/** Blocks without a wanted event are read on the thread that also answers chaincode: only so many at once. */
const MOST_SEARCHED = 500

type BlockApi = Pick<PeerApi, 'readBlocks' | 'readBlock' | 'readRawBlock' | 'findTransaction' | 'readEvents'>

/** What a window shows of the chain. */
export function blockApi(channels: Channels): BlockApi {
  return {
    readBlocks: async ({ channel, from, limit }) => {
      const ledger = channels.get(channel)
      return numbersDown(Math.min(from, ledger.height() - 1), Math.min(limit, MOST_ROWS)).map((number) =>
        blockRow(number, ledger.blocks.bytes(number) ?? new Uint8Array()),
      )
    },
    readBlock: async ({ channel, number }) => {
      const ledger = channels.get(channel)
      return isIn(ledger, number) ? blockJson(blockOf(ledger, number)) : undefined
    },
    readRawBlock: async ({ channel, number }) => {
      const ledger = channels.get(channel)
      if (!isIn(ledger, number)) return undefined
      return { base64: Buffer.from(blockOf(ledger, number).serializeBinary()).toString('base64') }
    },
    findTransaction: async ({ channel, txId }) => placeOf(channels.get(channel), txId),
    readEvents: async ({ channel, ...query }) => eventsIn(channels.get(channel), query),
  }
}

function blockOf(ledger: Ledger, number: number): Block {
  return ledger.blocks.byNumber(BigInt(number))
}

function isIn(ledger: Ledger, number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0 && number < ledger.height()
}

function numbersDown(from: number, limit: number): number[] {
  const count = Math.max(0, Math.min(limit, from + 1))
  return Array.from({ length: count }, (_, i) => from - i)
}

function blockRow(number: number, bytes: Uint8Array): BlockRow {
  return { number, bytes: bytes.length, transactions: transactionRows(Block.deserializeBinary(bytes)) }
}

function placeOf(ledger: Ledger, txId: string): ChainPlace | undefined {
  let block: Block
  try {
    block = ledger.blocks.byTxId(txId)
  } catch {
    return undefined
  }
  const tx = transactionRows(block).findIndex((row) => row.txId === txId)
  return tx < 0 ? undefined : { block: block.getHeader()?.getNumber() ?? 0, tx }
}

function eventsIn(ledger: Ledger, { before, limit, ...wanted }: Omit<ReadEvents, 'channel'>): EventsPage {
  const last = ledger.height() - 1
  const from = before === undefined || before.block > last ? { block: last, tx: Infinity } : before
  const most = Math.max(1, Math.min(limit, MOST_ROWS))
  const events: CommittedEvent[] = []
  for (const number of numbersDown(from.block, MOST_SEARCHED)) {
    for (const event of eventsOfBlock(blockOf(ledger, number))) {
      if ((number === from.block && event.tx >= from.tx) || !isWanted(event, wanted)) continue
      events.push(event)
      if (events.length === most) return { events, next: { block: number, tx: event.tx } }
    }
  }
  const next = from.block - MOST_SEARCHED
  // All of the next block: no transaction has this number.
  return next < 0 ? { events } : { events, next: { block: next, tx: Number.MAX_SAFE_INTEGER } }
}
