import { on, once } from 'node:events'
import abPb from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js'
import type eventsPb from '@hyperledger/fabric-protos/lib/peer/events_pb.js'
import type { Envelope } from '../../../../core/protos/index.ts'
import type { Client } from '../recorded/steps.mjs'

/** No answer takes so long. */
export const SOON_MS = 60_000

/** A stream of blocks, or of envelopes to the orderer. */
export interface Stream {
  send(envelope: Envelope): void
  /** The client has sent all it will. */
  halfClose(): void
  /** The next message; rejects where the stream is over, with its error if it has one. */
  next(): Promise<Seen>
  /** Resolves when the server has ended it without an error. */
  ended(): Promise<void>
  /** Idempotent. */
  close(): void
}

export interface Seen {
  /** In a recording's form. */
  message: unknown
  /** The first block, marshalled, if it is that. */
  genesis?: Uint8Array
  /** The validation code of a transaction in a filtered block; undefined if it isn't there. */
  codeOf(txId: string): number | undefined
}

export function streamOf({ or, dl }: Client, path: string, ofOrderer: boolean): Stream {
  const method = path.split('/').at(-1)
  const soon = { deadline: Date.now() + SOON_MS }
  const ofPeer = () => (method === 'DeliverFiltered' ? dl.deliverFiltered(soon) : dl.deliver(soon))
  const ofOrderers = () => (method === 'Broadcast' ? or.broadcast(soon) : or.deliver(soon))
  const call = ofOrderer ? ofOrderers() : ofPeer()
  const messages = on(call, 'data', { close: ['end'] })
  const over = once(call, 'end')
  over.catch(() => undefined)
  return {
    send: (envelope) => void call.write(envelope),
    halfClose: () => call.end(),
    async next() {
      const { value, done } = (await messages.next()) as IteratorResult<unknown[]>
      if (done === true) throw new Error(`${path} is over`)
      return seen(value[0])
    },
    ended: async () => void (await over),
    close() {
      call.on('error', () => undefined)
      call.cancel()
    },
  }
}

function seen(message: unknown): Seen {
  const codeOf = () => undefined
  if (message instanceof abPb.BroadcastResponse) {
    return { message: { status: message.getStatus(), info: message.getInfo() }, codeOf }
  }
  const answer = message as eventsPb.DeliverResponse
  const block = answer.getBlock()
  if (block !== undefined) {
    const isFirst = block.getHeader()?.getNumber() === 0
    const genesis = isFirst ? { genesis: block.serializeBinary() } : {}
    return { message: { block: isFirst ? 'first' : 'later' }, ...genesis, codeOf }
  }
  // The orderer's answers have no filtered blocks.
  const filtered = 'getFilteredBlock' in answer ? answer.getFilteredBlock() : undefined
  if (filtered === undefined) return { message: { status: answer.getStatus() }, codeOf }
  const transactions = filtered.getFilteredTransactionsList()
  return {
    message: { filtered: 'later', txs: transactions.length },
    codeOf: (txId) => transactions.find((each) => each.getTxid() === txId)?.getTxValidationCode(),
  }
}
