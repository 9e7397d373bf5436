/** Of a client that has something endorsed and never sends it, nobody is told. */
const MOST = 10_000

/**
 * Transactions that were simulated and aren't in a block yet. After the channel was taken back, another block may give a
 * version that they read to another value, so it is kept from which block on their versions mean nothing.
 */
export class OpenSimulations {
  readonly #soundBelow = new Map<string, number>()

  began(txId: string): void {
    if (this.#soundBelow.has(txId)) return
    this.#soundBelow.set(txId, Infinity)
    if (this.#soundBelow.size <= MOST) return
    for (const oldest of this.#soundBelow.keys()) {
      this.#soundBelow.delete(oldest)
      break
    }
  }

  /** `fork`: the blocks from this number on aren't those that they were. */
  moved(fork: number): void {
    for (const [txId, below] of this.#soundBelow) this.#soundBelow.set(txId, Math.min(below, fork))
  }

  ended(txId: string): void {
    this.#soundBelow.delete(txId)
  }

  /** What it read in this block or a later one was taken back since. Infinity: nothing was. */
  soundBelow(txId: string): number {
    return this.#soundBelow.get(txId) ?? Infinity
  }
}
