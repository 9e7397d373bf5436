import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../contract/error-message.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { ChaincodeEventsRequest, SeekPosition, type SignedChaincodeEventsRequest } from '../protos/clients.ts'
import { field, varint } from '../protos/fields.ts'
import { reader } from '../protos/unmarshal.ts'
import type { CallContext } from '../comm/client-server.ts'
import { blockEvents } from './block-events.ts'
import { rewound } from './new-blocks.ts'
import { replayedBlocks } from './replayed-blocks.ts'
import type { CommitStatusParts } from './gateway-commit-status.ts'
import { invalid } from './gateway-proposal.ts'
import { status, RpcError } from '../comm/rpc-error.ts'

const readRequest = reader(ChaincodeEventsRequest, { 1: true, 2: true, 5: true })

/**
 * gateway.Gateway/ChaincodeEvents (Fabric v2.5.16 internal/pkg/gateway/chaincodeevents.go): a message for each block with
 * events of the chaincode, in valid transactions. With `after_transaction_id`, what comes after the event of that
 * transaction; of one without an event nothing ever comes after it, as on a peer.
 * @param send takes a marshalled ChaincodeEventsResponse
 */
export async function chaincodeEvents(
  signed: SignedChaincodeEventsRequest,
  send: (answer: Uint8Array) => Promise<void>,
  { signal }: Pick<CallContext, 'signal'>,
  { find, access, blocks }: CommitStatusParts,
): Promise<void> {
  const data = signed.getRequest_asU8()
  const request = requestOf(data)
  const channel = request.getChannelId()
  const identity = request.getIdentity_asU8()
  const refusal = access.refusal(channel, 'Readers', { identity, data, signature: signed.getSignature_asU8() })
  const ledger = find(channel)
  if (refusal !== undefined || ledger === undefined) throw new RpcError(status.PERMISSION_DENIED, refusal ?? '')
  const replayed = replayedBlocks(ledger)
  const chaincode = request.getChaincodeId()
  let after = request.getAfterTransactionId()
  const moves = ledger.undo.moves()
  for (let number = startOf(request, ledger); ; number++) {
    // A start beyond the height waits, unlike in Deliver.
    while (number >= ledger.height()) await blocks.above(channel, ledger.height(), signal)
    if (number % BLOCKS_AT_ONCE === 0) await setImmediate(undefined, { signal })
    const read = replayed.at(number)
    const bytes = read instanceof Promise ? await read : read
    if (ledger.undo.moves() !== moves) throw rewound(channel)
    const found = bytes === undefined ? [] : blockEvents(bytes, chaincode)
    const passed = after === '' ? -1 : found.findIndex(({ txId }) => txId === after)
    if (after !== '' && passed < 0) continue
    after = ''
    const events = found.slice(passed + 1)
    if (events.length === 0) continue
    // A ChaincodeEventsResponse
    await send(Buffer.concat([...events.map((event) => field(1, event.bytes)), varint(2, number)]))
  }
}

function requestOf(data: Uint8Array): InstanceType<typeof ChaincodeEventsRequest> {
  if (data.length === 0) throw invalid('a chaincode events request is required')
  try {
    return readRequest(data)
  } catch (error) {
    throw invalid(`invalid chaincode events request: ${messageOf(error)}`)
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
