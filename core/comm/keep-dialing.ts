import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaincodeStream } from './chaincode-stream.ts'
import { waitFor } from '../facts/wait.ts'
import { PeerError } from '../contract/error.ts'
import { dialOnce, type DialedChaincode, type ServerTarget } from './chaincode-dialer.ts'

/** How often a server that is not there is looked for. */
const LOOK_MS = 250
/** A machine that does not answer at all is given up after this. */
const ASK_MS = 3_000
/** What is wrong would be so again: it is left alone for a while, longer each time. */
const PATIENCE_MS = { first: 1_000, most: 10_000 }

export interface Dialing {
  /** End it, and the stream that is open. Idempotent. */
  close(): Promise<void>
}

/**
 * Keep a stream open to a chaincode server that somebody else starts and ends: dial until it answers, and again when
 * its stream has ended.
 * @param target asked before each attempt; undefined: not now. What it throws is told.
 * @param told of what answers and is not that chaincode, or not as it should.
 */
export function keepDialing(
  target: () => Promise<ServerTarget | undefined>,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  told: (error: PeerError) => void,
): Dialing {
  const life = new AbortController()
  const { signal } = life
  let open: DialedChaincode | undefined

  const closed = () => signal.aborted
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined)

  /** Undefined where nothing listens: nothing is wrong, it is only not there yet. Throws what is wrong. */
  const dial = async (): Promise<DialedChaincode | undefined> => {
    const wanted = await target()
    if (wanted === undefined || !(await isThere(wanted.address, signal))) return undefined
    return dialOnce(wanted, handleChaincodeStream, signal)
  }

  /** Settles when its stream has ended. @throws why it was turned away */
  const keep = async (dialed: DialedChaincode): Promise<void> => {
    open = dialed
    if (closed()) dialed.close()
    const turnedAway = await Promise.race([dialed.turnedAway, dialed.ended])
    await dialed.ended
    if (turnedAway !== undefined) throw turnedAway
  }

  const run = async () => {
    let patience = PATIENCE_MS.first
    while (!closed()) {
      try {
        const dialed = await dial()
        if (dialed === undefined) await rest(LOOK_MS)
        else await keep(dialed)
        patience = PATIENCE_MS.first
      } catch (error) {
        if (closed()) return
        told(PeerError.from(error))
        await rest(patience)
        patience = Math.min(2 * patience, PATIENCE_MS.most)
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

/** Whether something listens there: to ask it first costs a tenth of an attempt to speak gRPC. */
async function isThere(address: string, signal: AbortSignal): Promise<boolean> {
  const colon = address.lastIndexOf(':')
  const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon))
  const refused = () => new Error('It is not there.')
  try {
    await waitFor(once(socket, 'connect'), { signal, deadlineMs: ASK_MS, onDeadline: refused, onAbort: refused })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
