import { randomBytes } from 'node:crypto'
import abPb from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js'
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js'
import { ChannelHeader, Envelope, Header, HeaderType, Payload, SignatureHeader } from '../../../../core/protos/index.ts'
import { ecdsa, type Client } from '../recorded/steps.mjs'

/** A request for blocks: of this number, the newest, or without end. */
export interface RecordedSeek {
  start: number | string
  stop: number | string
  behavior: 0 | 1
}

/** A signed request for blocks of a channel. */
export function seekEnvelope(client: Client, as: string, channel: string, seek: RecordedSeek): Envelope {
  const identity = client.ids[as]
  if (identity === undefined) throw new Error(`nobody is called ${as}`)
  const info = new abPb.SeekInfo()
  info.setStart(position(seek.start))
  info.setStop(position(seek.stop))
  info.setBehavior(seek.behavior)
  const channelHeader = new ChannelHeader()
  channelHeader.setType(HeaderType.DELIVER_SEEK_INFO)
  channelHeader.setChannelId(channel)
  const timestamp = new Timestamp()
  timestamp.fromDate(new Date())
  channelHeader.setTimestamp(timestamp)
  const signatureHeader = new SignatureHeader()
  signatureHeader.setCreator(identity.creator)
  signatureHeader.setNonce(randomBytes(24))
  const header = new Header()
  header.setChannelHeader(channelHeader.serializeBinary())
  header.setSignatureHeader(signatureHeader.serializeBinary())
  const payload = new Payload()
  payload.setHeader(header)
  payload.setData(info.serializeBinary())
  const envelope = new Envelope()
  envelope.setPayload(payload.serializeBinary())
  envelope.setSignature(ecdsa(identity.key, envelope.getPayload_asU8()))
  return envelope
}

function position(at: number | string): abPb.SeekPosition {
  const found = new abPb.SeekPosition()
  if (at === 'newest') found.setNewest(new abPb.SeekNewest())
  else if (at === 'oldest') found.setOldest(new abPb.SeekOldest())
  else {
    const specified = new abPb.SeekSpecified()
    // What the command line writes for "without end" is the greatest uint64; a double as large as can be is exact.
    specified.setNumber(typeof at === 'number' ? at : Number.MAX_SAFE_INTEGER)
    found.setSpecified(specified)
  }
  return found
}
