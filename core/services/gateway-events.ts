import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../contract/error-message.ts'
import type { Ledger } from '../ledger/ledger.ts'
import {
  Block,
  BlockMetadataIndex,
  ChaincodeAction,
  ChaincodeActionPayload,
  ChaincodeEvent,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  ProposalResponsePayload,
  Transaction,
  TxValidationCode,
} from '../protos/index.ts'
import {
  ChaincodeEventsRequest,
  ChaincodeEventsResponse,
  SeekPosition,
  type SignedChaincodeEventsRequest,
} from '../protos/clients.ts'
import { reader } from '../protos/unmarshal.ts'
import type { CallContext } from '../comm/client-server.ts'
import { rewound } from './new-blocks.ts'
import type { CommitStatusParts } from './gateway-commit-status.ts'
import { invalid } from './gateway-proposal.ts'
import { status, RpcError } from '../comm/rpc-error.ts'

const readRequest = reader(ChaincodeEventsRequest, { 1: true, 2: true, 5: true })

/**
 * gateway.Gateway/ChaincodeEvents (Fabric v2.5.16 internal/pkg/gateway/chaincodeevents.go): a message for each block with
 * events of the chaincode, in valid transactions. With `after_transaction_id`, what comes after the event of that
 * transaction; of one without an event nothing ever comes after it, as on a peer.
 */
export async function chaincodeEvents(
  signed: SignedChaincodeEventsRequest,
  send: (answer: ChaincodeEventsResponse) => Promise<void>,
  { signal }: Pick<CallContext, 'signal'>,
  { find, access, blocks }: CommitStatusParts,
): Promise<void> {
  const data = signed.getRequest_asU8()
  if (data.length === 0) throw invalid('a chaincode events request is required')
  let request: InstanceType<typeof ChaincodeEventsRequest>
  try {
    request = readRequest(data)
  } catch (error) {
    throw invalid(`invalid chaincode events request: ${messageOf(error)}`)
  }
  const channel = request.getChannelId()
  const identity = request.getIdentity_asU8()
  const refusal = access.refusal(channel, 'Readers', { identity, data, signature: signed.getSignature_asU8() })
  const ledger = find(channel)
  if (refusal !== undefined || ledger === undefined) throw new RpcError(status.PERMISSION_DENIED, refusal ?? '')
  const chaincode = request.getChaincodeId()
  let after = request.getAfterTransactionId()
  const moves = ledger.undo.moves()
  for (let number = startOf(request, ledger); ; number++) {
    // A start beyond the height waits, unlike in Deliver.
    while (number >= ledger.height()) await blocks.above(channel, ledger.height(), signal)
    if (number % BLOCKS_AT_ONCE === 0) await setImmediate(undefined, { signal })
    if (ledger.undo.moves() !== moves) throw rewound(channel)
    const bytes = ledger.blocks.bytes(number)
    const found = bytes === undefined ? [] : eventsOf(Block.deserializeBinary(bytes), chaincode)
    const passed = after === '' ? -1 : found.findIndex((event) => event.getTxId() === after)
    if (after !== '' && passed < 0) continue
    after = ''
    const events = found.slice(passed + 1)
    if (events.length === 0) continue
    const response = new ChaincodeEventsResponse()
    response.setBlockNumber(number)
    response.setEventsList(events)
    await send(response)
  }
}

/** How many blocks are looked through before others get their turn: a long chain may have no event of the chaincode. */
const BLOCKS_AT_ONCE = 64

/** The first block to look at. A transaction to begin after counts for more than a block. */
function startOf(request: InstanceType<typeof ChaincodeEventsRequest>, ledger: Ledger): number {
  const place = ledger.blocks.place(request.getAfterTransactionId())
  if (place !== undefined) return place.block
  const position = request.getStartPosition()
  switch (position?.getTypeCase()) {
    case SeekPosition.TypeCase.SPECIFIED:
      return position.getSpecified()?.getNumber() ?? 0
    case SeekPosition.TypeCase.OLDEST:
      throw invalid('invalid start position type: *orderer.SeekPosition_Oldest')
    case SeekPosition.TypeCase.NEWEST:
      throw invalid('invalid start position type: *orderer.SeekPosition_Newest')
    default:
      return ledger.height()
  }
}

function eventsOf(block: Block, chaincode: string): ChaincodeEvent[] {
  const codes = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array()
  return (block.getData()?.getDataList_asU8() ?? []).flatMap((envelope, tx) => {
    if (codes[tx] !== TxValidationCode.VALID) return []
    const event = eventOf(envelope)
    return event?.getChaincodeId() === chaincode ? [event] : []
  })
}

/** The event of a transaction that was found valid: only the way to it is read. Undefined for one without an event. */
function eventOf(envelope: Uint8Array): ChaincodeEvent | undefined {
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8())
  const header = ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array())
  if (header.getType() !== HeaderType.ENDORSER_TRANSACTION) return undefined
  const [action] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList()
  if (action === undefined) return undefined
  const endorsed = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction()
  if (endorsed === undefined) return undefined
  const response = ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8())
  const events = ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getEvents_asU8()
  return events.length === 0 ? undefined : ChaincodeEvent.deserializeBinary(events)
}
