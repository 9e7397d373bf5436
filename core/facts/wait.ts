import { byTheClock } from './by-the-clock.ts'

/** How a wait may end before the work does. Each end is optional. */
export interface WaitEnds {
  signal?: AbortSignal | undefined
  /** Time in which this process was held up hardly counts: what it waits for may have come all the same. */
  deadlineMs?: number
  /** How the time to the deadline is counted; without it, by the clock. Returns how to stop. */
  countdown?: ((ms: number, late: () => void) => () => void) | undefined
  /** The error of an aborted wait; without it, the signal's reason. */
  onAbort?: () => Error
  /** The error at the deadline; without it, one that says how long the wait was. */
  onDeadline?: () => Error
}

/**
 * Wait until the work is done, has failed, the deadline passes or the signal is aborted. Leaves no timer and no
 * listener behind. The work itself goes on, and others may wait for the same promise.
 */
export async function waitFor<T>(work: Promise<T>, ends: WaitEnds): Promise<T> {
  const { signal, deadlineMs, countdown = byTheClock, onAbort, onDeadline } = ends
  // Once the wait has ended, nobody handles the work's failure.
  work.catch(() => undefined)
  const aborted = () => (onAbort === undefined ? (signal?.reason as Error) : onAbort())
  const late = (ms: number) => onDeadline?.() ?? new Error(`Not done within ${ms} ms.`)
  if (signal?.aborted === true) throw aborted()

  let stop = (): void => undefined
  const ended = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(aborted())
    const stopped = deadlineMs === undefined ? undefined : countdown(deadlineMs, () => reject(late(deadlineMs)))
    signal?.addEventListener('abort', abort, { once: true })
    stop = () => {
      stopped?.()
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    stop()
  }
}
