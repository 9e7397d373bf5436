/** A deadline is counted in pieces of at most this length. */
const PIECE_MS = 1_000
/** A timer that comes this much too late was held up: by a machine that stood still, or a process that did. */
const HELD_UP_MS = 500
/** What has come in the meantime is read before that, although its time is up. */
const READ_MS = 250

/** How a wait may end before the work does. Each end is optional. */
export interface WaitEnds {
  signal?: AbortSignal | undefined
  /** Time in which this process was held up hardly counts: what it waits for may have come all the same. */
  deadlineMs?: number
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
  const { signal, deadlineMs, onAbort, onDeadline } = ends
  // Once the wait has ended, nobody handles the work's failure.
  work.catch(() => undefined)
  const aborted = () => (onAbort === undefined ? (signal?.reason as Error) : onAbort())
  const late = (ms: number) => onDeadline?.() ?? new Error(`Not done within ${ms} ms.`)
  if (signal?.aborted === true) throw aborted()

  let stop = (): void => undefined
  const ended = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(aborted())
    const forget = deadlineMs === undefined ? undefined : atDeadline(deadlineMs, () => reject(late(deadlineMs)))
    signal?.addEventListener('abort', abort, { once: true })
    stop = () => {
      forget?.()
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    stop()
  }
}

/** Returns what cancels it. */
function atDeadline(ms: number, passed: () => void): () => void {
  let left = ms
  let mayRead = true
  let timer: NodeJS.Timeout
  const next = () => {
    const piece = Math.min(left, PIECE_MS)
    const since = performance.now()
    timer = setTimeout(() => {
      left -= piece
      if (left <= 0 && mayRead && performance.now() - since > piece + HELD_UP_MS) {
        mayRead = false
        left = READ_MS
      }
      if (left > 0) next()
      else passed()
    }, piece)
  }
  next()
  return () => clearTimeout(timer)
}
