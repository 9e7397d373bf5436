import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { waitFor } from '../facts/wait.ts'
import { PeerError } from '../contract/error.ts'
import { dialOnce, type DialedChaincode, type ServerTarget } from './chaincode-dialer.ts'

/** How often to look for a server that isn't there. */
const LOOK_MS = 250
/** How long to wait for a machine that doesn't answer at all. */
const ASK_MS = 3_000
/** The pause after an error, longer each time: the next attempt would probably fail the same way. */
const BACKOFF_MS = { first: 1_000, most: 10_000 }

export interface Dialing {
  /** Stop dialing and end the open stream. Idempotent. */
  close(): Promise<void>
}

/**
 * Keep a stream open to a chaincode server that somebody else starts and stops: dial until it answers, and again when
 * its stream has ended.
 * @param target called before each attempt; undefined: not now. Its errors are reported.
 * @param onError called when a server answers that isn't that chaincode, or misbehaves
 */
export function keepDialing(
  target: () => Promise<ServerTarget | undefined>,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  onError: (error: PeerError) => void,
): Dialing {
  const life = new AbortController()
  const { signal } = life
  let open: DialedChaincode | undefined

  const isClosed = () => signal.aborted
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined)

  /** Undefined if nothing listens, which isn't an error: it isn't there yet. */
  const dial = async (): Promise<DialedChaincode | undefined> => {
    const server = await target()
    if (server === undefined || !(await isListening(server.address, signal))) return undefined
    return dialOnce(server, handleChaincodeStream, signal)
  }

  /** Resolves when its stream has ended. @throws PeerError why it was turned away */
  const keep = async (dialed: DialedChaincode): Promise<void> => {
    open = dialed
    if (isClosed()) dialed.close()
    const turnedAway = await Promise.race([dialed.turnedAway, dialed.ended])
    await dialed.ended
    if (turnedAway !== undefined) throw turnedAway
  }

  const run = async () => {
    let backoff = BACKOFF_MS.first
    while (!isClosed()) {
      try {
        const dialed = await dial()
        if (dialed === undefined) await pause(LOOK_MS)
        else await keep(dialed)
        backoff = BACKOFF_MS.first
      } catch (error) {
        if (isClosed()) return
        onError(PeerError.from(error))
        await pause(backoff)
        backoff = Math.min(2 * backoff, BACKOFF_MS.most)
      }
    }
  }
  const running = run()

  return {
    async close() {
      life.abort()
      open?.close()
      await running
    },
  }
}

/** Whether something listens there: checking first costs a tenth of an attempt to speak gRPC. */
async function isListening(address: string, signal: AbortSignal): Promise<boolean> {
  const colon = address.lastIndexOf(':')
  const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon))
  const noAnswer = () => new Error('Nothing listens there.')
  try {
    await waitFor(once(socket, 'connect'), { signal, deadlineMs: ASK_MS, onDeadline: noAnswer, onAbort: noAnswer })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
