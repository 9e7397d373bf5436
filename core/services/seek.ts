import { ChannelHeader, Payload, SignatureHeader, type Envelope } from '../protos/index.ts'
import { SeekInfo, SeekPosition, Status } from '../protos/clients.ts'
import { reader } from '../protos/unmarshal.ts'
import type { SignedData } from './signed-data.ts'

/** How far the time of a request may be from the peer's, in milliseconds (core.yaml, peer.authentication.timewindow). */
const TIME_WINDOW_MS = 15 * 60_000

/** What a client asks blocks for. */
export interface Seek {
  channel: string
  info: SeekInfo
  signed: SignedData
}

const readPayload = reader(Payload, {})
const readChannelHeader = reader(ChannelHeader, { 4: true, 5: true })
const readSignatureHeader = reader(SignatureHeader, {})
const readSeekInfo = reader(SeekInfo, {})

/**
 * Read a request for blocks in the order of Fabric's checks (v2.5.16 common/deliver/deliver.go, deliverBlocks and
 * validateChannelHeader). The type of its header isn't checked there.
 * @param isBound whether its TLS connection has a certificate of that hash, where it has to
 * @param isKnown whether the peer has the channel
 * @param isAllowed whether who signed may read it
 * @returns the Status for what is wrong with it
 */
export function readSeek(
  envelope: Envelope,
  isBound: (claimedHash: Uint8Array) => boolean,
  isKnown: (channel: string) => boolean,
  isAllowed: (channel: string, signed: SignedData) => boolean,
): Seek | { status: number } {
  const failure = { status: Status.BAD_REQUEST as number }
  try {
    const data = envelope.getPayload_asU8()
    const payload = readPayload(data)
    const header = payload.getHeader()
    if (header === undefined) return failure
    const channelHeader = readChannelHeader(header.getChannelHeader_asU8())
    if (!isTimely(channelHeader) || !isBound(channelHeader.getTlsCertHash_asU8())) return failure
    const channel = channelHeader.getChannelId()
    if (!isKnown(channel)) return { status: Status.NOT_FOUND }
    const identity = readSignatureHeader(header.getSignatureHeader_asU8()).getCreator_asU8()
    const signed = { identity, data, signature: envelope.getSignature_asU8() }
    if (!isAllowed(channel, signed)) return { status: Status.FORBIDDEN }
    const info = readSeekInfo(payload.getData_asU8())
    if (!info.hasStart() || !info.hasStop()) return failure
    return { channel, info, signed }
  } catch {
    // A client learns only that its request can't be read.
    return failure
  }
}

function isTimely(header: ChannelHeader): boolean {
  const timestamp = header.getTimestamp()
  if (timestamp === undefined) return false
  const at = timestamp.getSeconds() * 1000 + timestamp.getNanos() / 1e6
  return Math.abs(Date.now() - at) <= TIME_WINDOW_MS
}

/** The blocks of a request: from the first to the last, both included. */
export interface Range {
  first: number
  /** Compared with the number of each block that was sent. */
  last: number
}

/**
 * Where a request begins and ends in a chain of this height (common/ledger/blockledger, Iterator; common/deliver).
 * @returns the Status of one that reaches no block
 */
export function rangeOf(info: SeekInfo, height: number): Range | { status: number } {
  const first = firstOf(info.getStart(), height)
  if (first === undefined) return { status: Status.NOT_FOUND }
  const stop = info.getStop()
  switch (stop?.getTypeCase()) {
    case SeekPosition.TypeCase.OLDEST:
      return { first, last: first }
    case SeekPosition.TypeCase.NEWEST:
      return { first, last: info.getStart()?.hasNewest() === true ? first : height - 1 }
    case SeekPosition.TypeCase.SPECIFIED: {
      const last = stop.getSpecified()?.getNumber() ?? 0
      return last < first ? { status: Status.BAD_REQUEST } : { first, last }
    }
    default:
      // Fabric compares each block's number with 0 then: such a request ends after block 0 or never.
      return { first, last: 0 }
  }
}

/** Undefined if there is no such block, nor will it be the next one. */
function firstOf(start: SeekPosition | undefined, height: number): number | undefined {
  switch (start?.getTypeCase()) {
    case SeekPosition.TypeCase.OLDEST:
      return 0
    case SeekPosition.TypeCase.NEWEST:
      return height - 1
    case SeekPosition.TypeCase.NEXT_COMMIT:
      return height
    case SeekPosition.TypeCase.SPECIFIED: {
      const number = start.getSpecified()?.getNumber() ?? 0
      return number > height ? undefined : number
    }
    default:
      return undefined
  }
}
