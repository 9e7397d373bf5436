import { byTheClock } from './by-the-clock.ts'

/** Time that stands still while something does: an author at a breakpoint isn't late. */
export class Standstill {
  readonly #standing = new Set<object>()
  readonly #clocks = new Set<StoppableClock>()

  /** Whether anything stands still now. */
  get stands(): boolean {
    return this.#standing.size > 0
  }

  /** This one stands still from now on, or moves again. */
  set(who: object, stands: boolean): void {
    const before = this.stands
    if (stands) this.#standing.add(who)
    else this.#standing.delete(who)
    if (before === this.stands) return
    for (const clock of this.#clocks) clock.halt(this.stands)
  }

  /** Calls `late` once when this many milliseconds have passed in which nothing stood still. Returns how to stop that. */
  readonly countdown = (ms: number, late: () => void): (() => void) => {
    const clock = newClock(ms, () => {
      this.#clocks.delete(clock)
      late()
    })
    this.#clocks.add(clock)
    clock.halt(this.stands)
    return () => {
      this.#clocks.delete(clock)
      clock.halt(true)
    }
  }
}

interface StoppableClock {
  halt(halted: boolean): void
}

/** It runs from the first `halt(false)` on. */
function newClock(ms: number, late: () => void): StoppableClock {
  let left = ms
  let stop: (() => void) | undefined
  let since = 0
  return {
    halt(halted) {
      if (halted === (stop === undefined)) return
      if (halted) {
        stop?.()
        stop = undefined
        left = Math.max(1, left - (performance.now() - since))
      } else {
        since = performance.now()
        stop = byTheClock(left, late)
      }
    },
  }
}
