import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { connectTo, type ServerTls } from './chaincode-connection.ts'
import { watched } from './watched-stream.ts'

/** A server that refuses is asked again soon: on one's own machine that costs next to nothing. */
const PAUSE_MS = { first: 50, most: 250 }

/** A chaincode that is a server. */
export interface ServerTarget {
  /** The one name that may register on the stream, `name:version`. */
  ccid: string
  /** `host:port` to dial. */
  address: string
  /** As Fabric's connection.json has it; absent: in the clear. */
  tls?: ServerTls
}

/** A stream to a chaincode that is a server. */
export interface DialedChaincode {
  /** Settles with why it ended before it had registered; never, where it registers. */
  readonly turnedAway: Promise<PeerError>
  /** Settles when the stream has ended, whoever ended it; never rejects. */
  readonly ended: Promise<void>
  /** End it. Idempotent. */
  close(): void
}

type HandleStream = (stream: ChaincodeStream) => Promise<void>

/**
 * Dial protos.Chaincode/Connect at a chaincode that is itself a server, as Fabric's peer does for chaincode as a
 * service (core/chaincode/extcc, v2.0 and later), again and again until it answers. From there the conversation is the
 * same as on a stream that the chaincode opened: it sends REGISTER first.
 * @param tried told of every attempt that failed, in words.
 * @throws PeerError DIAL_FAILED when the signal ends it, with why the last attempt failed
 */
export async function dialChaincode(
  target: ServerTarget,
  handleChaincodeStream: HandleStream,
  signal: AbortSignal,
  tried: (reason: string) => void = () => undefined,
): Promise<DialedChaincode> {
  const begun = performance.now()
  let last = 'There was no time to try.'
  const givenUp = () => signal.aborted
  for (let pause = PAUSE_MS.first; !givenUp(); pause = Math.min(2 * pause, PAUSE_MS.most)) {
    try {
      return await attempt(target, handleChaincodeStream, signal)
    } catch (error) {
      if (givenUp()) break
      last = messageOf(error)
      tried(last)
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
  throw dialFailed(target, last, performance.now() - begun, signal.reason)
}

/** @throws PeerError DIAL_FAILED where it does not answer, or when the signal ends it */
export async function dialOnce(
  target: ServerTarget,
  handleChaincodeStream: HandleStream,
  signal: AbortSignal,
): Promise<DialedChaincode> {
  const begun = performance.now()
  try {
    return await attempt(target, handleChaincodeStream, signal)
  } catch (error) {
    throw dialFailed(target, messageOf(error), performance.now() - begun, error)
  }
}

/** Throws an Error in words. */
async function attempt(
  target: ServerTarget,
  handleChaincodeStream: HandleStream,
  signal: AbortSignal,
): Promise<DialedChaincode> {
  const begun = performance.now()
  const connection = await connectTo(target.address, target.tls, signal)
  let registered = false
  let turnAway: (reason: PeerError) => void = () => undefined
  const turnedAway = new Promise<PeerError>((resolve) => (turnAway = resolve))
  const stream = watched(connection.stream, {
    sent: (type) => (registered ||= type === ChaincodeMessage.Type.REGISTERED),
    ended(reason) {
      if (!registered && reason !== undefined) turnAway(reason)
    },
  })
  const ended = handleChaincodeStream({ ...stream, registersAs: target.ccid }).then(() => {
    const reason = connection.brokenBy() ?? 'It ended the stream before it had registered.'
    if (!registered) turnAway(dialFailed(target, reason, performance.now() - begun))
    connection.close()
  })
  return { turnedAway, ended, close: () => connection.close() }
}

function dialFailed({ ccid, address }: ServerTarget, reason: string, ms: number, cause?: unknown): PeerError {
  const seconds = Math.round(ms / 100) / 10
  return new PeerError('DIAL_FAILED', { canonicalName: ccid, address, seconds, reason }, { cause })
}
