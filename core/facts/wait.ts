/** How a wait may end beside being done or failing. */
export interface WaitEnds {
  signal: AbortSignal
  deadlineMs: number
  /** What the wait fails with at the deadline, and when it is aborted. */
  onDeadline: () => Error
  onAbort: () => Error
}

/** Wait four ways: done, failed, deadline, aborted. Leaves no timer and no listener behind; what it waited for goes on. */
export async function waitFor<T>(work: Promise<T>, ends: WaitEnds): Promise<T> {
  // Whatever becomes of the work once nobody waits for it any more is nobody's.
  work.catch(() => undefined)
  if (ends.signal.aborted) throw ends.onAbort()
  let stop = (): void => undefined
  const ended = new Promise<never>((_, reject) => {
    const abort = () => reject(ends.onAbort())
    const deadline = setTimeout(() => reject(ends.onDeadline()), ends.deadlineMs)
    ends.signal.addEventListener('abort', abort, { once: true })
    stop = () => {
      clearTimeout(deadline)
      ends.signal.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    stop()
  }
}

/** The same for one of several callers who share the work: only an abort ends the wait early. */
export async function waitShared<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => Error,
): Promise<T> {
  if (signal === undefined) return work
  if (signal.aborted) throw onAbort()
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(onAbort())
    signal.addEventListener('abort', abort, { once: true })
    stop = () => signal.removeEventListener('abort', abort)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stop()
  }
}
