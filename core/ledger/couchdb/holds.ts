import { waitFor } from '../../facts/wait.ts'

/** How long a block waits for calls that began before it. A call stopped at a breakpoint mustn't stop all others. */
const LIMIT_MS = 5_000

interface Hold {
  height: number
  released: Promise<void>
}

/**
 * Simulations under way. CouchDB only shows its newest state, so a block is copied once no simulation of an earlier
 * height is running; in Fabric the commit itself waits for them (lockbasedtxmgr, commitRWLock).
 */
export interface Holds {
  /** Returns the function that releases it. */
  hold(height: number): () => void
  /** Resolves when all below this height are released or have run out of time. */
  released(height: number): Promise<void>
}

export function newHolds(signal: AbortSignal): Holds {
  const held = new Set<Hold>()
  return {
    hold(height) {
      let release = (): void => undefined
      const simulation: Hold = { height, released: new Promise((resolve) => (release = resolve)) }
      held.add(simulation)
      return () => {
        held.delete(simulation)
        release()
      }
    },
    async released(height) {
      const below = [...held].filter((simulation) => simulation.height < height)
      if (below.length === 0) return
      const allReleased = Promise.all(below.map(({ released }) => released))
      await waitFor(allReleased, { signal, deadlineMs: LIMIT_MS }).catch(() => undefined)
      // Those that took too long are not waited for again.
      for (const simulation of below) held.delete(simulation)
    },
  }
}
