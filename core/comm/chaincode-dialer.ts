import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { connectTo, type ServerTls } from './chaincode-connection.ts'
import { TlsMismatch } from './tls-mismatch.ts'
import { watched } from './watched-stream.ts'

/** Between attempts. Short, because an attempt on the same machine costs next to nothing. */
const PAUSE_MS = { first: 50, most: 250 }

/** A chaincode that is a server. */
export interface ServerTarget {
  /** The only name that may register on the stream, `name:version`. */
  ccid: string
  /** `host:port` to dial. */
  address: string
  /** MSP id of the organisation whose peer it serves; undefined: the peer's own. */
  organisation?: string | undefined
  /** In the form of Fabric's connection.json; absent: unencrypted. */
  tls?: ServerTls | undefined
}

/** A stream to a chaincode that is a server. */
export interface DialedChaincode {
  /** Resolves with the reason if it ends before it has registered; otherwise never. */
  readonly turnedAway: Promise<PeerError>
  /** Resolves when the stream has ended, whichever side ended it; never rejects. */
  readonly ended: Promise<void>
  /** End it. Idempotent. */
  close(): void
}

type HandleStream = (stream: ChaincodeStream) => Promise<void>

/**
 * Dial protos.Chaincode/Connect at a chaincode server until it answers, as Fabric's peer does for chaincode as a
 * service (core/chaincode/extcc, v2.0 and later). Then the conversation is the same as on a stream that the chaincode
 * opened: it sends REGISTER first.
 * @param onFailedAttempt gets the reason of each failed attempt, in words
 * @throws PeerError DIAL_FAILED when the signal ends it, with the reason of the last failed attempt, and at once if only
 * one side speaks TLS
 */
export async function dialChaincode(
  target: ServerTarget,
  handleChaincodeStream: HandleStream,
  signal: AbortSignal,
  onFailedAttempt: (reason: string) => void = () => undefined,
): Promise<DialedChaincode> {
  const begunAt = performance.now()
  let reason = 'There was no time for an attempt.'
  const isAborted = () => signal.aborted
  for (let pause = PAUSE_MS.first; !isAborted(); pause = Math.min(2 * pause, PAUSE_MS.most)) {
    try {
      return await attempt(target, handleChaincodeStream, signal)
    } catch (error) {
      if (isAborted()) break
      if (error instanceof TlsMismatch) throw dialFailed(target, error, performance.now() - begunAt)
      reason = messageOf(error)
      onFailedAttempt(reason)
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }
  throw dialFailed(target, new Error(reason, { cause: signal.reason }), performance.now() - begunAt)
}

/** Dial once. @throws PeerError DIAL_FAILED if it doesn't answer, or when the signal ends it */
export async function dialOnce(
  target: ServerTarget,
  handleChaincodeStream: HandleStream,
  signal: AbortSignal,
): Promise<DialedChaincode> {
  const begunAt = performance.now()
  try {
    return await attempt(target, handleChaincodeStream, signal)
  } catch (error) {
    throw dialFailed(target, error, performance.now() - begunAt)
  }
}

/** Throws an Error whose message is for a person. */
async function attempt(
  target: ServerTarget,
  handleChaincodeStream: HandleStream,
  signal: AbortSignal,
): Promise<DialedChaincode> {
  const begunAt = performance.now()
  const connection = await connectTo(target.address, target.tls, signal)
  let registered = false
  let turnAway: (reason: PeerError) => void = () => undefined
  const turnedAway = new Promise<PeerError>((resolve) => (turnAway = resolve))
  const stream = watched(connection.stream, {
    onSend: (type) => (registered ||= type === ChaincodeMessage.Type.REGISTERED),
    onEnd(reason) {
      if (!registered && reason !== undefined) turnAway(reason)
    },
  })
  const ended = handleChaincodeStream({ ...stream, registersAs: target.ccid, organisation: target.organisation }).then(
    () => {
      const reason = connection.brokenBy() ?? 'It ended the stream before it had registered.'
      if (!registered) turnAway(dialFailed(target, new Error(reason), performance.now() - begunAt))
      connection.close()
    },
  )
  return { turnedAway, ended, close: () => connection.close() }
}

/** `cause`: its message is the reason, for a person. */
function dialFailed({ ccid, address }: ServerTarget, cause: unknown, ms: number): PeerError {
  const seconds = Math.round(ms / 100) / 10
  const tls = cause instanceof TlsMismatch ? { tls: cause.side } : {}
  return new PeerError(
    'DIAL_FAILED',
    { canonicalName: ccid, address, seconds, reason: messageOf(cause), ...tls },
    { cause },
  )
}
