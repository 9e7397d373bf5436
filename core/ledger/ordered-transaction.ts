import {
  ChaincodeAction,
  ChaincodeActionPayload,
  ChannelHeader,
  Envelope,
  Payload,
  ProposalResponsePayload,
  Transaction,
  TxValidationCode,
  type Header,
} from '../protos/index.ts'
import type { NamespaceReadWriteSet } from './read-write-set.ts'
import { unmarshalReadWriteSet } from './rwset-proto.ts'

/** What validation needs to know of an ordered envelope. */
export interface OrderedTransaction {
  txId: string
  /** Client's clock, milliseconds since the epoch. */
  timestamp: number
  readWriteSet: NamespaceReadWriteSet[]
}

/** Read an envelope; where it cannot be read, the TxValidationCode that says so. */
export function parseEnvelope(envelope: Uint8Array): OrderedTransaction | { code: number } {
  const found = { code: TxValidationCode.BAD_PAYLOAD as number }
  try {
    const payload = Payload.deserializeBinary(Envelope.deserializeBinary(envelope).getPayload_asU8())
    found.code = TxValidationCode.BAD_COMMON_HEADER
    const { txId, timestamp } = channelHeaderOf(payload.getHeader())
    found.code = TxValidationCode.BAD_PAYLOAD
    const [action] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList()
    if (txId === '' || action === undefined) return { code: TxValidationCode.NIL_TXACTION }
    const endorsed = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction()
    if (endorsed === undefined) return { code: TxValidationCode.NIL_TXACTION }
    const response = ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8())
    const chaincodeAction = ChaincodeAction.deserializeBinary(response.getExtension_asU8())
    found.code = TxValidationCode.BAD_RWSET
    return { txId, timestamp, readWriteSet: unmarshalReadWriteSet(chaincodeAction.getResults_asU8()) }
  } catch {
    // Whatever is wrong with the bytes, the part they failed in is the answer.
    return found
  }
}

function channelHeaderOf(header: Header | undefined): { txId: string; timestamp: number } {
  const channelHeader = ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array())
  const at = channelHeader.getTimestamp()
  return { txId: channelHeader.getTxId(), timestamp: (at?.getSeconds() ?? 0) * 1000 + (at?.getNanos() ?? 0) / 1e6 }
}
