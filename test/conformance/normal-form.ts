import {
  ChaincodeHeaderExtension,
  ChaincodeInvocationSpec,
  ChaincodeMessage,
  ChaincodeProposalPayload,
  ChannelHeader,
  Header,
  KeyModification,
  Proposal,
  QueryResponse,
  Response,
} from '../../core/protos/index.ts'
import { inWords, type Recorded } from '../support/recording-proxy.ts'

const Type = ChaincodeMessage.Type
const PAYLOAD = 3
const PROPOSAL = 5
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** A message with what no two runs have in common set aside: two that say the same are equal byte for byte. */
export interface NormalMessage {
  /** `> GET_STATE`. */
  words: string
  /** The bytes on the wire, printable, with ids replaced by others of the same length. */
  bytes: string
  /** Of INIT and TRANSACTION: what of the client's signed proposal the chaincode can see, without its making. */
  proposal?: unknown
}

/**
 * The messages of one conversation. Transactions and iterators are numbered in the order in which they are met. What a
 * history says of transactions before the conversation, and all times in it, are set aside.
 */
export function normalForm(messages: readonly Recorded[]): NormalMessage[] {
  const names = new Map<string, string>()
  const asked = new Map<string, number>()
  const name = (id: string, letter: string) => {
    const known = names.get(id)
    if (known !== undefined) return known
    const made = `${letter}${names.size}`.padEnd(id.length, '.')
    names.set(id, made)
    return made
  }
  return messages.map(({ direction, message, raw }) => {
    const key = `${message.getChannelId()} ${message.getTxid()}`
    const question = asked.get(key)
    if (direction === '>') asked.set(key, message.getType())
    if (message.getTxid().length === 64) name(message.getTxid(), 'T')
    let bytes = Buffer.concat(
      topFields(raw)
        .filter(({ number }) => number !== PROPOSAL)
        .map((field) => (field.number === PAYLOAD ? withoutChance(field.bytes, message, question) : field.bytes)),
    ).toString('latin1')
    bytes = bytes.replaceAll(UUID, (id) => name(id, 'I'))
    for (const [id, made] of names) bytes = bytes.replaceAll(id, made)
    const proposal = message.hasProposal() ? proposalOf(message) : undefined
    return { words: inWords({ direction, message }), bytes, ...(proposal === undefined ? {} : { proposal }) }
  })
}

/** The payload field, tag and all, without times, the ids that a history tells of transactions unseen, and chance. */
function withoutChance(field: Buffer, message: ChaincodeMessage, question: number | undefined): Uint8Array {
  const payload = message.getPayload_asU8()
  if (message.getType() === Type.RESPONSE && question === Type.GET_HISTORY_FOR_KEY) {
    const answer = QueryResponse.deserializeBinary(payload)
    for (const result of answer.getResultsList()) {
      const change = KeyModification.deserializeBinary(result.getResultbytes_asU8())
      change.clearTimestamp()
      change.setTxId('')
      result.setResultbytes(change.serializeBinary())
    }
    return Buffer.from(answer.serializeBinary())
  }
  if (message.getType() === Type.WRITE_BATCH_STATE) {
    // The Go shim keeps what it batches in a map, whose order is another at each run.
    return Buffer.concat(
      topFields(payload)
        .map(({ bytes }) => bytes)
        .sort((a, b) => Buffer.compare(a, b)),
    )
  }
  if (message.getType() === Type.COMPLETED) {
    const text = Buffer.from(Response.deserializeBinary(payload).getPayload_asU8()).toString()
    if (/^n=\d+ \[/.test(text))
      return Buffer.from(text.replaceAll(/\[[0-9a-f]{8} ("[^"]*" del=\w+) ts=[\d.]+\]/g, '[$1]'))
  }
  return field
}

function proposalOf(message: ChaincodeMessage): unknown {
  const proposal = Proposal.deserializeBinary(message.getProposal()?.getProposalBytes_asU8() ?? new Uint8Array())
  const header = Header.deserializeBinary(proposal.getHeader_asU8())
  const channelHeader = ChannelHeader.deserializeBinary(header.getChannelHeader_asU8())
  const extension = ChaincodeHeaderExtension.deserializeBinary(channelHeader.getExtension_asU8())
  const payload = ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8())
  const spec = ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec()
  return {
    signed: (message.getProposal()?.getSignature_asU8().length ?? 0) > 0,
    type: channelHeader.getType(),
    channel: channelHeader.getChannelId(),
    sameTxId: channelHeader.getTxId() === message.getTxid(),
    epoch: channelHeader.getEpoch(),
    chaincode: extension.getChaincodeId()?.getName(),
    called: spec?.getChaincodeId()?.getName(),
    args: spec?.getInput()?.getArgsList_asB64(),
    isInit: spec?.getInput()?.getIsInit(),
    transient: payload.getTransientmapMap().getLength(),
  }
}

/** The fields of a message as they stand in its bytes; for messages that have numbers and bytes, and no others. */
function topFields(raw: Uint8Array): { number: number; bytes: Buffer }[] {
  const bytes = Buffer.from(raw)
  const fields: { number: number; bytes: Buffer }[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes.readUInt8(at++)
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const start = at
    const tag = varint()
    const length = varint()
    if ((tag & 7) === 2) at += length
    fields.push({ number: tag >> 3, bytes: bytes.subarray(start, at) })
  }
  return fields
}
