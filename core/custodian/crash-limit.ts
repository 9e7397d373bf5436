/** Crashes in this time … */
const WINDOW_MS = 30_000
/** … after which a chaincode is no longer started again by itself. */
const MOST = 3

/** Tells a chaincode that crashed once from one that always does. */
export class CrashLimit {
  #restarts: number[] = []

  /** Whether one more restart is sensible; counts it. */
  mayRestart(at: number = Date.now()): boolean {
    this.#restarts = this.#restarts.filter((time) => at - time < WINDOW_MS)
    if (this.#restarts.length >= MOST) return false
    this.#restarts.push(at)
    return true
  }
}
