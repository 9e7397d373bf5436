import { BlockMetadataIndex, ChaincodeEvent, HeaderType, TxValidationCode } from '../protos/index.ts'
import { eachField, type Span } from '../protos/wire-fields.ts'

/*
 * The hot path of an event listener that replays a chain. The generated code would make thirty objects of a block to find
 * the one event in it; here the way to the event is read and nothing else. A block in the ledger was found valid by the
 * generated code, so what is read is well-formed. Where a field stands twice the last one counts, as in the
 * generated code.
 */

/** An event, still marshalled. */
export interface BlockEvent {
  txId: string
  /** A ChaincodeEvent. */
  bytes: Uint8Array
}

/** The events of a chaincode in the valid transactions of a marshalled block, in their order. */
export function blockEvents(block: Uint8Array, chaincode: string): BlockEvent[] {
  const whole = { start: 0, end: block.length }
  const codes = spansOf(block, last(block, whole, 3), 1)[BlockMetadataIndex.TRANSACTIONS_FILTER] ?? NOWHERE
  const events: BlockEvent[] = []
  for (const [tx, envelope] of spansOf(block, last(block, whole, 2), 1).entries()) {
    if (tx >= codes.end - codes.start || block[codes.start + tx] !== TxValidationCode.VALID) continue
    const { start, end } = eventOf(block, envelope)
    if (start === end) continue
    const bytes = block.subarray(start, end)
    const event = ChaincodeEvent.deserializeBinary(bytes)
    if (event.getChaincodeId() === chaincode) events.push({ txId: event.getTxId(), bytes })
  }
  return events
}

/** Where the event of a valid transaction stands; nowhere without one. */
function eventOf(block: Uint8Array, envelope: Span): Span {
  const payload = last(block, envelope, 1)
  const channelHeader = last(block, last(block, payload, 1), 1)
  if (typeOf(block, channelHeader) !== HeaderType.ENDORSER_TRANSACTION) return NOWHERE
  const [action = NOWHERE] = spansOf(block, last(block, payload, 2), 1)
  const endorsed = last(block, last(block, action, 2), 2)
  const chaincodeAction = last(block, last(block, endorsed, 1), 2)
  return last(block, chaincodeAction, 2)
}

/** Of a ChannelHeader. */
function typeOf(block: Uint8Array, header: Span): number {
  let type = 0
  eachField(block, (field, _content, value) => (type = field === 1 ? value : type), header)
  return type
}

const NOWHERE: Span = { start: 0, end: 0 }

/** What each of a repeated field holds. */
function spansOf(block: Uint8Array, message: Span, number: number): Span[] {
  const found: Span[] = []
  eachField(
    block,
    (field, content) => {
      if (field === number && content !== undefined) found.push(content)
    },
    message,
  )
  return found
}

function last(block: Uint8Array, message: Span, number: number): Span {
  return spansOf(block, message, number).at(-1) ?? NOWHERE
}
