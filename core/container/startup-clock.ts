/**
 * The time a chaincode has to become ready (`chaincode.startuptimeout`). It pauses while an image is built, which has
 * its own deadline.
 */
export class StartupClock {
  readonly #limitMs: number
  readonly #onEnd: () => void
  #spentMs = 0
  #runningSince: number | undefined
  #timer: NodeJS.Timeout | undefined
  #holds = 0

  /** Starts now; `onEnd` is called once when the time is up. */
  constructor(limitMs: number, onEnd: () => void) {
    this.#limitMs = limitMs
    this.#onEnd = onEnd
    this.#run()
  }

  /** Milliseconds left; at least 1. */
  left(): number {
    const running = this.#runningSince === undefined ? 0 : performance.now() - this.#runningSince
    return Math.max(1, this.#limitMs - this.#spentMs - running)
  }

  /** Pause the clock until this work has ended. */
  async untimed<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1
    this.#halt()
    try {
      return await work()
    } finally {
      this.#holds -= 1
      if (this.#holds === 0) this.#run()
    }
  }

  /** `onEnd` is no longer called. Idempotent. */
  stop(): void {
    this.#holds += 1
    this.#halt()
  }

  #run(): void {
    this.#runningSince = performance.now()
    this.#timer = setTimeout(this.#onEnd, this.left())
  }

  #halt(): void {
    clearTimeout(this.#timer)
    if (this.#runningSince === undefined) return
    this.#spentMs += performance.now() - this.#runningSince
    this.#runningSince = undefined
  }
}
