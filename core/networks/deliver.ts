import { randomBytes } from 'node:crypto'
import { PeerError } from '../contract/error.ts'
import {
  DeliverService,
  SeekInfo,
  SeekNewest,
  SeekPosition,
  SeekSpecified,
  Status,
  type DeliverResponse,
} from '../protos/clients.ts'
import { namesOf } from '../protos/enum-names.ts'
import {
  ChannelHeader,
  Envelope,
  Header,
  HeaderType,
  Payload,
  SignatureHeader,
  Timestamp,
  type Block,
} from '../protos/index.ts'
import { networkError } from './network-error.ts'
import { endsOf, type Network } from './network.ts'

const USUAL_MS = 30_000
const NONCE_BYTES = 24

const statusName = namesOf(Status)
const { BLOCK_UNTIL_READY, FAIL_IF_NOT_READY } = SeekInfo.SeekBehavior

type Behavior = Parameters<SeekInfo['setBehavior']>[0]

/** Where to read: the newest block alone, or from one number to another, both included. */
export type Wanted = 'newest' | { first: number; last: number }

/**
 * Read blocks by the Deliver service of a network's peer, the lowest first (Fabric v2.5.16 common/deliver/deliver.go).
 * Blocks that the channel doesn't have are left out: there are fewer then.
 * @throws PeerError NETWORK_REFUSED with Deliver's status where the identity may not read the channel or the peer hasn't
 * joined it, NETWORK_UNREACHABLE, NETWORK_TIMEOUT; the signal's reason
 */
export async function deliveredBlocks(
  network: Network,
  channel: string,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<Block[]> {
  const blocks: Block[] = []
  let ended: number | undefined
  const ends = endsOf(network, USUAL_MS, signal)
  try {
    await network.client.stream(
      DeliverService.deliver,
      seekEnvelope(network, channel, wanted),
      (answer) => {
        const block = answer.getBlock()
        if (block !== undefined) blocks.push(block)
        else ended = answer.getStatus()
        return block === undefined
      },
      ends,
    )
  } catch (error) {
    throw networkError(error, { network, step: 'deliver the blocks', deadlineMs: ends.deadlineMs })
  }
  if (ended === Status.SUCCESS || (ended === Status.NOT_FOUND && blocks.length > 0)) return blocks
  throw refused(network, channel, ended)
}

/**
 * Wait for a block that the channel doesn't have yet, for as long as `forMs`. Resolves with whether it came.
 * @throws as deliveredBlocks, but for the time
 */
export async function blockComes(
  network: Network,
  channel: string,
  number: number,
  { forMs, signal }: { forMs: number; signal: AbortSignal | undefined },
): Promise<boolean> {
  const answers: DeliverResponse[] = []
  const envelope = seekEnvelope(network, channel, { first: number, last: number }, BLOCK_UNTIL_READY)
  try {
    await network.client.stream(
      DeliverService.deliver,
      envelope,
      (answer) => {
        answers.push(answer)
        return true
      },
      { deadlineMs: forMs, signal },
    )
  } catch (error) {
    const known = networkError(error, { network, step: 'deliver a block', deadlineMs: forMs })
    if (known instanceof PeerError && known.code === 'NETWORK_TIMEOUT') return false
    throw known
  }
  if (answers[0]?.hasBlock() === true) return true
  throw refused(network, channel, answers[0]?.getStatus())
}

/** Deliver says why by its status alone. */
function refused({ name, client }: Network, channel: string, ended: number | undefined): PeerError {
  const status = ended === undefined ? 'nothing' : statusName(ended)
  const reasons: Record<string, string> = {
    FORBIDDEN: `Deliver on ${channel} is FORBIDDEN for this identity: it isn't one of the channel's readers.`,
    NOT_FOUND: `Deliver on ${channel} answered NOT_FOUND: the peer hasn't joined the channel, or it has no such block.`,
    nothing: `Deliver on ${channel} ended without a status.`,
  }
  const message = reasons[status] ?? `Deliver on ${channel} answered ${status}.`
  return new PeerError('NETWORK_REFUSED', { network: name, address: client.address, status, message, details: [] })
}

function seekEnvelope(
  { identity }: Network,
  channel: string,
  wanted: Wanted,
  behavior: Behavior = FAIL_IF_NOT_READY,
): Envelope {
  const channelHeader = new ChannelHeader()
  channelHeader.setType(HeaderType.DELIVER_SEEK_INFO)
  channelHeader.setChannelId(channel)
  channelHeader.setTimestamp(Timestamp.fromDate(new Date()))
  const signatureHeader = new SignatureHeader()
  signatureHeader.setCreator(identity.serialize())
  signatureHeader.setNonce(randomBytes(NONCE_BYTES))
  const header = new Header()
  header.setChannelHeader(channelHeader.serializeBinary())
  header.setSignatureHeader(signatureHeader.serializeBinary())
  const payload = new Payload()
  payload.setHeader(header)
  payload.setData(seekInfo(wanted, behavior).serializeBinary())
  const bytes = payload.serializeBinary()
  const envelope = new Envelope()
  envelope.setPayload(bytes)
  envelope.setSignature(identity.sign(bytes))
  return envelope
}

function seekInfo(wanted: Wanted, behavior: Behavior): SeekInfo {
  const info = new SeekInfo()
  info.setStart(wanted === 'newest' ? newest() : position(wanted.first))
  info.setStop(wanted === 'newest' ? newest() : position(wanted.last))
  info.setBehavior(behavior)
  return info
}

function newest(): SeekPosition {
  const at = new SeekPosition()
  at.setNewest(new SeekNewest())
  return at
}

function position(number: number): SeekPosition {
  const specified = new SeekSpecified()
  specified.setNumber(number)
  const at = new SeekPosition()
  at.setSpecified(specified)
  return at
}
