import { createHash } from 'node:crypto'
import {
  ChaincodeAction,
  ChaincodeActionPayload,
  ChaincodeEvent,
  ChaincodeHeaderExtension,
  ChannelHeader,
  Envelope,
  HeaderType,
  Payload,
  ProposalResponsePayload,
  SignatureHeader,
  Transaction,
  TxValidationCode,
  type Header,
} from '../protos/index.ts'
import { ConfigEnvelope } from '../protos/config.ts'
import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import { unmarshalReadWriteSet } from '../ledger/rwset-proto.ts'

/** The sender of an envelope and the bytes they signed. */
export interface SentEnvelope {
  creator: Uint8Array
  payload: Uint8Array
  signature: Uint8Array
}

/** What validation needs of an ordered envelope. */
export interface OrderedTransaction {
  type: 'endorsed'
  txId: string
  channel: string
  /** Client's clock, milliseconds since the epoch. */
  timestamp: number
  /** The chaincode that was called. */
  chaincode: string
  readWriteSet: NamespaceReadWriteSet[]
  /** The ProposalResponsePayload and its endorsements. */
  endorsed: { payload: Uint8Array; endorsements: { endorser: Uint8Array; signature: Uint8Array }[] }
}

/** A transaction that gives the channel a new configuration. */
export interface ConfigTransaction {
  type: 'config'
  txId: string
  channel: string
}

/**
 * Reads an envelope, or returns the TxValidationCode for what is wrong with it. Checks in Fabric's order
 * (core/common/validation/msgvalidation.go, ValidateTransaction, then txvalidator/v20/plugindispatcher/dispatcher.go).
 * @param isSentBy whether the creator is known and has signed; called once the headers are read
 */
export function parseEnvelope(
  envelope: Uint8Array,
  isSentBy: (sent: SentEnvelope) => boolean = () => true,
): OrderedTransaction | ConfigTransaction | { code: number } {
  const failure = { code: TxValidationCode.INVALID_OTHER_REASON as number }
  try {
    const message = Envelope.deserializeBinary(envelope)
    failure.code = TxValidationCode.BAD_PAYLOAD
    const payloadBytes = message.getPayload_asU8()
    const payload = Payload.deserializeBinary(payloadBytes)
    failure.code = TxValidationCode.BAD_COMMON_HEADER
    const header = payload.getHeader()
    const { type, txId, channel, timestamp, extension } = channelHeaderOf(header)
    const { creator, nonce } = signatureHeaderOf(header?.getSignatureHeader_asU8())
    failure.code = TxValidationCode.BAD_CREATOR_SIGNATURE
    if (!isSentBy({ creator, payload: payloadBytes, signature: message.getSignature_asU8() })) return failure
    if (type === HeaderType.CONFIG) {
      failure.code = TxValidationCode.INVALID_CONFIG_TRANSACTION
      const config = ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig()
      return config?.hasChannelGroup() === true ? { type: 'config', txId, channel } : failure
    }
    if (type !== HeaderType.ENDORSER_TRANSACTION) return { code: TxValidationCode.UNSUPPORTED_TX_PAYLOAD }
    const expected = createHash('sha256').update(nonce).update(creator).digest('hex')
    if (txId !== expected) return { code: TxValidationCode.BAD_PROPOSAL_TXID }
    const channelHeader = header?.getChannelHeader_asU8() ?? new Uint8Array()
    const { endorsed, response } = endorsedAction(payload.getData_asU8(), channelHeader, failure)
    return { type: 'endorsed', txId, channel, timestamp, ...resultsOf(response, extension, failure), endorsed }
  } catch {
    // Whatever is wrong with the bytes, the code names the part that couldn't be read.
    return failure
  }
}

/**
 * The one action of a transaction, which must endorse the proposal in its own header. Sets `failure` to the code of the
 * part it is reading; throws if that part is invalid.
 */
function endorsedAction(data: Uint8Array, channelHeader: Uint8Array, failure: { code: number }) {
  failure.code = TxValidationCode.INVALID_ENDORSER_TRANSACTION
  const [action, ...more] = Transaction.deserializeBinary(data).getActionsList()
  if (action === undefined || more.length > 0) throw new Error('only one action per transaction is supported')
  const actionHeader = action.getHeader_asU8()
  signatureHeaderOf(actionHeader)
  const actionPayload = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8())
  const endorsedMessage = actionPayload.getAction()
  if (endorsedMessage === undefined) throw new Error('nil action')
  const payload = endorsedMessage.getProposalResponsePayload_asU8()
  const response = ProposalResponsePayload.deserializeBinary(payload)
  const hash = createHash('sha256')
    .update(channelHeader)
    .update(actionHeader)
    .update(actionPayload.getChaincodeProposalPayload_asU8())
    .digest()
  if (!hash.equals(response.getProposalHash_asU8())) throw new Error('proposal hash does not match')
  const endorsements = endorsedMessage.getEndorsementsList().map((endorsement) => ({
    endorser: endorsement.getEndorser_asU8(),
    signature: endorsement.getSignature_asU8(),
  }))
  return { response, endorsed: { payload, endorsements } }
}

/** What the chaincode did. Sets `failure` and throws as `endorsedAction`. */
function resultsOf(response: ProposalResponsePayload, extension: Uint8Array, failure: { code: number }) {
  failure.code = TxValidationCode.BAD_HEADER_EXTENSION
  const called = ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId()
  failure.code = TxValidationCode.BAD_RESPONSE_PAYLOAD
  const action = ChaincodeAction.deserializeBinary(response.getExtension_asU8())
  failure.code = TxValidationCode.BAD_RWSET
  const readWriteSet = unmarshalReadWriteSet(action.getResults_asU8())

  failure.code = TxValidationCode.INVALID_OTHER_REASON
  const answered = action.getChaincodeId()
  if (called === undefined || answered === undefined) throw new Error('nil ChaincodeId')
  failure.code = TxValidationCode.INVALID_CHAINCODE
  const chaincode = called.getName()
  if (chaincode === '' || chaincode !== answered.getName() || answered.getVersion() === '') {
    throw new Error('inconsistent ccid info')
  }
  failure.code = TxValidationCode.INVALID_OTHER_REASON
  const event = action.getEvents_asU8()
  if (event.length > 0 && ChaincodeEvent.deserializeBinary(event).getChaincodeId() !== chaincode) {
    throw new Error('chaincode event chaincode id does not match chaincode action chaincode id')
  }
  failure.code = TxValidationCode.ILLEGAL_WRITESET
  if (new Set(readWriteSet.map(({ namespace }) => namespace)).size < readWriteSet.length) {
    throw new Error('duplicate namespace')
  }
  return { chaincode, readWriteSet }
}

/** @throws Error if a peer would refuse it */
function channelHeaderOf(header: Header | undefined) {
  const channelHeader = ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array())
  const type = channelHeader.getType()
  const { ENDORSER_TRANSACTION, CONFIG_UPDATE, CONFIG } = HeaderType
  if (header === undefined || ![ENDORSER_TRANSACTION, CONFIG_UPDATE, CONFIG].some((known) => known === type)) {
    throw new Error(`invalid header type ${type}`)
  }
  if (channelHeader.getEpoch() !== 0) throw new Error('invalid Epoch in ChannelHeader')
  const at = channelHeader.getTimestamp()
  return {
    type,
    txId: channelHeader.getTxId(),
    channel: channelHeader.getChannelId(),
    timestamp: (at?.getSeconds() ?? 0) * 1000 + (at?.getNanos() ?? 0) / 1e6,
    extension: channelHeader.getExtension_asU8(),
  }
}

/** @throws Error if the creator or the nonce is missing */
function signatureHeaderOf(bytes: Uint8Array | undefined): { creator: Uint8Array; nonce: Uint8Array } {
  const header = SignatureHeader.deserializeBinary(bytes ?? new Uint8Array())
  const creator = header.getCreator_asU8()
  const nonce = header.getNonce_asU8()
  if (creator.length === 0 || nonce.length === 0) throw new Error('invalid nonce or creator specified in the header')
  return { creator, nonce }
}
