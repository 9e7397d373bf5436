/** A deadline is counted in pieces of at most this length. */
const PIECE_MS = 1_000
/** A timer that comes this much too late was held up: by a machine that stood still, or a process that did. */
const HELD_UP_MS = 500
/** What has come in the meantime is read before that, although its time is up. */
const READ_MS = 250

/** Calls `late` once this many milliseconds have passed, of which time held up hardly counts. Returns how to stop that. */
export function byTheClock(ms: number, late: () => void): () => void {
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
      else late()
    }, piece)
  }
  next()
  return () => clearTimeout(timer)
}
