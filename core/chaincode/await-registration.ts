import type { Instance } from '../container/vm.ts'
import { printedIn } from '../contract/cause.ts'
import { PeerError } from '../contract/error.ts'
import { waitFor, type WaitEnds } from '../facts/wait.ts'
import type { Handler } from './handler.ts'

/** How often one that is overdue is looked at. */
const LOOK_MS = 2_000

/** A wait for a chaincode that was started. */
export interface RegistrationWait {
  /** Rejects if it ends, or is turned away, before. */
  arrived: Promise<Handler>
  /** Whether it has used the processor since the last question. */
  isWorking(): Promise<boolean>
  leftMs: number
  /** How much longer one may take that works all the time. */
  mostMs: number
  timedOut(): PeerError
  aborted(): PeerError
  /** Its time is up, but it works. */
  goesOn(): void
  /** How its time is counted. */
  countdown: WaitEnds['countdown']
  signal: AbortSignal
}

/** Until it has registered. One that still works when its time is up, such as a JVM on a busy machine, gets more. */
export async function awaitRegistration(wait: RegistrationWait): Promise<Handler> {
  const overdue = wait.timedOut()
  const until = performance.now() + wait.leftMs + wait.mostMs
  // What it has used before doesn't count.
  void wait.isWorking()
  for (let deadlineMs = wait.leftMs; ; deadlineMs = LOOK_MS) {
    try {
      return await waitFor(wait.arrived, {
        signal: wait.signal,
        deadlineMs,
        countdown: wait.countdown,
        onDeadline: () => overdue,
        onAbort: wait.aborted,
      })
    } catch (error) {
      if (error !== overdue) throw error
      if (performance.now() > until || !(await wait.isWorking())) throw wait.timedOut()
      wait.goesOn()
    }
  }
}

/** Rejects when the instance ends, or when its stream is turned away. */
export async function exitOf({ ccid, address }: { ccid: string; address: string }, instance: Instance): Promise<never> {
  const { exited, turnedAway, container } = instance
  const exit = await Promise.race(turnedAway === undefined ? [exited] : [exited, turnedAway])
  if (exit instanceof PeerError) throw exit
  throw new PeerError('CHAINCODE_EXITED', {
    canonicalName: ccid,
    words: exit.words,
    code: exit.code,
    address,
    ...(container === undefined ? {} : { inContainer: true }),
    ...printedIn(exit),
  })
}
