import { parseEnvelope } from '../committer/ordered-transaction.ts'
import { setMetadata } from '../ledger/block.ts'
import {
  Block,
  BlockMetadataIndex,
  ChaincodeAction,
  ChaincodeEvent,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  ProposalResponsePayload,
  SerializedIdentity,
  TxValidationCode,
} from '../protos/index.ts'
import {
  FilteredBlock,
  FilteredChaincodeAction,
  FilteredTransaction,
  FilteredTransactionActions,
  Status,
} from '../protos/clients.ts'
import { field, varint } from '../protos/fields.ts'
import { privateSetMessage } from '../ledger/private-rwset-proto.ts'
import type { DeliverForm } from './deliver.ts'

/**
 * The three forms in which a peer sends blocks and the one of an orderer. Answers are marshalled here, a block as it is
 * stored: a listener that replays a chain would spend its time on taking blocks apart and putting them together.
 */

/** A DeliverResponse, of peer and orderer alike: status 1, block 2. */
const status = (code: number): Uint8Array => varint(1, code)

export const wholeBlocks: DeliverForm<Uint8Array> = { status, block: (bytes) => field(2, bytes) }

/** An orderer doesn't know what became of the transactions. */
export const orderedBlocks: DeliverForm<Uint8Array> = {
  status,
  block(bytes) {
    const block = Block.deserializeBinary(bytes)
    const slots = block.getMetadata()?.getMetadataList_asU8() ?? []
    const { SIGNATURES, LAST_CONFIG } = BlockMetadataIndex
    block.clearMetadata()
    setMetadata(block, { SIGNATURES: slots[SIGNATURES], LAST_CONFIG: slots[LAST_CONFIG] })
    return field(2, block.serializeBinary())
  },
}

/**
 * DeliverResponse.block_and_private_data: the block, and what its transactions wrote in collections of which both this
 * peer's and the client's organisation are members (core/peer/deliverevents.go, getPrivateData, v2.5.16).
 * @param mspId whose peer it is
 */
export function privateBlocks(mspId: string): DeliverForm<Uint8Array> {
  return {
    status,
    async block(bytes, { ledger, number, identity }) {
      const client = SerializedIdentity.deserializeBinary(identity).getMspid()
      const sets = (await ledger.privateSets(number)).filter(
        ({ members }) => members.includes(mspId) && members.includes(client),
      )
      const transactions = [...new Set(sets.map(({ tx }) => tx))]
      const entries = transactions.map((tx) => {
        const ofTx = sets.filter((set) => set.tx === tx)
        return field(2, varint(1, tx), field(2, privateSetMessage(ofTx)))
      })
      return field(4, field(1, bytes), ...entries)
    },
  }
}

/** DeliverResponse.filtered_block. A block that can't be filtered is answered with a status, as a peer does. */
export const filteredBlocks: DeliverForm<Uint8Array> = {
  status,
  block(bytes, { ledger }) {
    const filtered = filteredBlock(Block.deserializeBinary(bytes), ledger.channel)
    return filtered === undefined ? status(Status.BAD_REQUEST) : field(3, filtered.serializeBinary())
  },
}

/** core/peer/deliverevents.go, toFilteredBlock, v2.5.16. Undefined if an endorsed transaction can't be read. */
function filteredBlock(block: Block, channel: string): FilteredBlock | undefined {
  const codes = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array()
  const filtered = new FilteredBlock()
  filtered.setChannelId(channel)
  filtered.setNumber(block.getHeader()?.getNumber() ?? 0)
  for (const [i, bytes] of (block.getData()?.getDataList_asU8() ?? []).entries()) {
    const transaction = filteredTransaction(bytes, codes[i] ?? TxValidationCode.NOT_VALIDATED)
    if (transaction === undefined) return undefined
    filtered.addFilteredTransactions(transaction)
  }
  return filtered
}

type ValidationCode = (typeof TxValidationCode)[keyof typeof TxValidationCode]

function filteredTransaction(bytes: Uint8Array, code: number): InstanceType<typeof FilteredTransaction> | undefined {
  const payload = Payload.deserializeBinary(Envelope.deserializeBinary(bytes).getPayload_asU8())
  const header = ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array())
  const transaction = new FilteredTransaction()
  transaction.setTxid(header.getTxId())
  transaction.setType(header.getType() as (typeof HeaderType)[keyof typeof HeaderType])
  transaction.setTxValidationCode(code as ValidationCode)
  if (header.getType() !== HeaderType.ENDORSER_TRANSACTION) return transaction
  const actions = eventsOf(bytes)
  if (actions === undefined) return undefined
  transaction.setTransactionActions(actions)
  return transaction
}

/** The event of a transaction, without its payload; valid or not. */
function eventsOf(bytes: Uint8Array): InstanceType<typeof FilteredTransactionActions> | undefined {
  const actions = new FilteredTransactionActions()
  const event = eventOf(bytes)
  if (event === undefined) return undefined
  if (event === 'none') return actions
  const withoutPayload = new ChaincodeEvent()
  withoutPayload.setChaincodeId(event.getChaincodeId())
  withoutPayload.setTxId(event.getTxId())
  withoutPayload.setEventName(event.getEventName())
  const action = new FilteredChaincodeAction()
  action.setChaincodeEvent(withoutPayload)
  actions.addChaincodeActions(action)
  return actions
}

/** The event that an ordered transaction carries; undefined if the transaction can't be read. */
function eventOf(envelope: Uint8Array): ChaincodeEvent | 'none' | undefined {
  const transaction = parseEnvelope(envelope)
  if ('code' in transaction || transaction.type === 'config') return undefined
  const response = ProposalResponsePayload.deserializeBinary(transaction.endorsed.payload)
  const events = ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getEvents_asU8()
  return events.length === 0 ? 'none' : ChaincodeEvent.deserializeBinary(events)
}
