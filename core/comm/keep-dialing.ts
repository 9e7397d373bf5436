import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaincodeStream } from '../chaincode/chaincode-stream.ts'
import type { PeerError } from '../contract/error.ts'
import { dialOnce, type DialedChaincode, type ServerTarget } from './chaincode-dialer.ts'

/** How often a server that is not there is looked for. */
const LOOK_MS = 250
/** One that was turned away would be so again: it is left alone for a while, longer each time. */
const TURNED_AWAY_MS = { first: 1_000, most: 10_000 }

export interface Dialing {
  /** End it, and the stream that is open. Idempotent. */
  close(): Promise<void>
}

/**
 * Keep a stream open to a chaincode server that somebody else starts and ends: dial until it answers, and again when
 * its stream has ended.
 * @param target asked before each attempt; undefined: not now.
 * @param told of what answered and is not that chaincode.
 */
export function keepDialing(
  target: () => ServerTarget | undefined | Promise<ServerTarget | undefined>,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  told: (error: PeerError) => void,
): Dialing {
  const life = new AbortController()
  const { signal } = life
  let open: DialedChaincode | undefined

  const closed = () => signal.aborted
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined)

  const run = async () => {
    let patience = TURNED_AWAY_MS.first
    while (!closed()) {
      const wanted = await target()
      // Refused: nothing is wrong, it is only not there yet.
      open = wanted && (await dialOnce(wanted, handleChaincodeStream, signal).catch(() => undefined))
      if (open === undefined) {
        patience = TURNED_AWAY_MS.first
        await rest(LOOK_MS)
        continue
      }
      const turnedAway = await Promise.race([open.turnedAway, open.ended])
      await open.ended
      open = undefined
      if (turnedAway === undefined || closed()) continue
      told(turnedAway)
      await rest(patience)
      patience = Math.min(2 * patience, TURNED_AWAY_MS.most)
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
