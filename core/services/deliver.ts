import type { Ledger } from '../ledger/ledger.ts'
import type { Envelope } from '../protos/index.ts'
import { SeekInfo, Status } from '../protos/clients.ts'
import type { CallContext } from '../comm/client-server.ts'
import { rewound, type NewBlocks } from './new-blocks.ts'
import { replayedBlocks } from './replayed-blocks.ts'
import { rangeOf, readSeek, type Seek } from './seek.ts'
import type { SignedData } from './signed-data.ts'
import type { TlsBinding } from './tls-binding.ts'

/** What delivering blocks needs of the peer. */
export interface DeliverParts {
  find(channel: string): Ledger | undefined
  blocks: NewBlocks
  /** Whether who signed may read the channel. */
  mayRead(channel: string, signed: SignedData): boolean
  binding: TlsBinding
}

/** How blocks are sent. */
export interface DeliverForm<A> {
  status(status: number): A
  /** @param bytes the block as it is stored */
  block(bytes: Uint8Array, of: DeliveredBlock): A | Promise<A>
}

export interface DeliveredBlock {
  ledger: Ledger
  number: number
  /** Serialized identity of who asked, who may read the channel. */
  identity: Uint8Array
}

/**
 * Fabric's Deliver, of a peer and of an orderer alike (v2.5.16 common/deliver/deliver.go, Handle): requests are answered
 * one after the other, each with its blocks and a status. A status other than SUCCESS ends the stream; a client that has
 * sent its last request still gets every answer.
 */
export async function deliver<A>(
  requests: AsyncIterable<Envelope>,
  send: (answer: A) => Promise<void>,
  form: DeliverForm<A>,
  { signal, from }: CallContext,
  parts: DeliverParts,
): Promise<void> {
  for await (const envelope of requests) {
    const seek = readSeek(
      envelope,
      (claimedHash) => parts.binding.isBound(from, claimedHash),
      (channel) => parts.find(channel) !== undefined,
      (channel, signed) => parts.mayRead(channel, signed),
    )
    const status = 'status' in seek ? seek.status : await sendBlocks(seek, send, form, signal, parts)
    await send(form.status(status))
    if (status !== Status.SUCCESS) return
  }
}

/** Resolves with the status that comes after the blocks. */
async function sendBlocks<A>(
  { channel, info, signed }: Seek,
  send: (answer: A) => Promise<void>,
  form: DeliverForm<A>,
  signal: AbortSignal,
  parts: DeliverParts,
): Promise<number> {
  const ledger = parts.find(channel)
  if (ledger === undefined) return Status.NOT_FOUND
  const range = rangeOf(info, ledger.height())
  if ('status' in range) return range.status
  const failsIfNotReady = info.getBehavior() === SeekInfo.SeekBehavior.FAIL_IF_NOT_READY
  const replayed = replayedBlocks(ledger, range.last)
  let config = ledger.blocks.config()
  const moves = ledger.undo.moves()
  for (let number = range.first; ; number++) {
    if (number >= ledger.height()) {
      if (failsIfNotReady) return Status.NOT_FOUND
      await parts.blocks.above(channel, number, signal)
    }
    if (ledger.undo.moves() !== moves) throw rewound(channel)
    // A new configuration may have taken the right away.
    if (config !== ledger.blocks.config()) {
      if (!parts.mayRead(channel, signed)) return Status.FORBIDDEN
      config = ledger.blocks.config()
    }
    const read = replayed.at(number)
    const bytes = read instanceof Promise ? await read : read
    if (ledger.undo.moves() !== moves) throw rewound(channel)
    if (bytes === undefined) return Status.SERVICE_UNAVAILABLE
    const answer = form.block(bytes, { ledger, number, identity: signed.identity })
    await send(answer instanceof Promise ? await answer : answer)
    if (number === range.last) return Status.SUCCESS
  }
}
