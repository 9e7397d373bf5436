import type { EngineAddress } from './engine.ts'
import { engineError, type Asked } from './engine-errors.ts'

/** A hung engine must not hang Slipway. Long enough for a `create` on a busy disk. */
const DEADLINE_MS = 60_000

interface Request {
  address: EngineAddress
  asked: Asked
  /** `Infinity`: none. */
  deadlineMs?: number | undefined
  signal: AbortSignal | undefined
}

/**
 * Do what one request needs until it is done, fails, its deadline passes or the signal is aborted.
 * @throws PeerError DOCKER_*; the signal's reason
 */
export async function withinDeadline<T>(
  { address, asked, deadlineMs = DEADLINE_MS, signal }: Request,
  work: (ends: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const deadline = new AbortController()
  const timer = deadlineMs === Infinity ? undefined : setTimeout(() => deadline.abort(), deadlineMs)
  const ends = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
  try {
    return await work(ends)
  } catch (error) {
    signal?.throwIfAborted()
    const timeout = deadline.signal.aborted && new Error(`It did not answer within ${deadlineMs / 1000} s.`)
    throw engineError(timeout || error, address, asked)
  } finally {
    clearTimeout(timer)
  }
}
