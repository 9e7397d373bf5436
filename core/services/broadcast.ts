import { PeerError } from '../contract/error.ts'
import type { ClientCalls } from '../gateway/client-calls.ts'
import type { Orderer } from '../orderer/orderer.ts'
import { HeaderType, Payload, type Envelope, type Header } from '../protos/index.ts'
import { Status } from '../protos/clients.ts'
import { read } from '../endorser/unpack-proposal.ts'
import { reader } from '../protos/unmarshal.ts'
import { messageOf } from '../contract/error-message.ts'
import { deserialized, unsatisfied, type AccessControl } from './signed-data.ts'
import type { MSPManager } from '../msp/msp.ts'

export interface BroadcastParts {
  hasChannel(channel: string): boolean
  orderer(channel: string): Orderer
  access: AccessControl
  msps: MSPManager
  clientCalls: ClientCalls
  /** The orderer's `Orderer.BatchSize.AbsoluteMaxBytes`. */
  absoluteMaxBytes(): number
}

/** An orderer's answer. `info` is '' if it has taken the envelope. */
export interface Broadcasted {
  status: number
  info: string
}

const readPayload = reader(Payload, {})

/**
 * Take an envelope for ordering, as an orderer's Broadcast does (Fabric v2.5.16 orderer/common/broadcast/broadcast.go and
 * orderer/common/msgprocessor). Answered as soon as it is taken: what becomes of it, the committed block tells. What is in
 * an endorsed transaction, its time, and whether its id was used before, an orderer doesn't look at.
 */
export function broadcast(envelope: Envelope, parts: BroadcastParts): Broadcasted {
  let header: ReturnType<typeof headersOf>
  try {
    header = headersOf(envelope)
  } catch (error) {
    return refused(Status.BAD_REQUEST, `could not determine channel ID: ${messageOf(error)}`)
  }
  const { channel, type, txId, creator } = header
  if (!parts.hasChannel(channel)) return refused(Status.NOT_FOUND, 'channel does not exist')
  if (type === HeaderType.CONFIG || type === HeaderType.ORDERER_TRANSACTION) {
    return refused(Status.BAD_REQUEST, 'message is of type that cannot be processed directly')
  }
  if (type === HeaderType.CONFIG_UPDATE) {
    return refused(Status.BAD_REQUEST, 'a development peer makes the configuration of its channels itself')
  }
  const bytes = envelope.serializeBinary()
  const size = envelope.getPayload_asU8().length + envelope.getSignature_asU8().length
  const most = parts.absoluteMaxBytes()
  if (size > most) {
    return refused(Status.BAD_REQUEST, `message payload is ${size} bytes and exceeds maximum allowed ${most} bytes`)
  }
  const identity = deserialized(parts.msps, creator)
  if (identity !== undefined && Date.now() > identity.certificate.notAfter) {
    return refused(Status.BAD_REQUEST, 'broadcast client identity expired')
  }
  const signed = { identity: creator, data: envelope.getPayload_asU8(), signature: envelope.getSignature_asU8() }
  if (!parts.access.satisfies(channel, 'Writers', signed)) {
    return refused(Status.FORBIDDEN, `${unsatisfied('Writers')}: permission denied`)
  }
  return order(channel, txId, bytes, parts)
}

function order(channel: string, txId: string, bytes: Uint8Array, parts: BroadcastParts): Broadcasted {
  try {
    const ordered = parts.orderer(channel).order(bytes)
    parts.clientCalls.ordering(txId, ordered)
    return { status: Status.SUCCESS, info: '' }
  } catch (error) {
    return refused(Status.SERVICE_UNAVAILABLE, PeerError.from(error).message)
  }
}

function refused(status: number, info: string): Broadcasted {
  return { status, info }
}

/** @throws Error in Fabric's words */
function headersOf(envelope: Envelope): { channel: string; type: number; txId: string; creator: Uint8Array } {
  let header: Header | undefined
  try {
    header = readPayload(envelope.getPayload_asU8()).getHeader()
  } catch (error) {
    throw new Error(`error unmarshalling Payload: ${messageOf(error)}`, { cause: error })
  }
  if (header === undefined) throw new Error('header not set')
  const channelHeader = read('ChannelHeader', header.getChannelHeader_asU8())
  return {
    channel: channelHeader.getChannelId(),
    type: channelHeader.getType(),
    txId: channelHeader.getTxId(),
    creator: creatorIn(header),
  }
}

/** Empty if it can't be read, which nobody's signature fits. */
function creatorIn(header: Header): Uint8Array {
  try {
    return read('SignatureHeader', header.getSignatureHeader_asU8()).getCreator_asU8()
  } catch {
    return new Uint8Array()
  }
}
