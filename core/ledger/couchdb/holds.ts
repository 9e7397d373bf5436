import { waitFor } from '../../facts/wait.ts'

/** How long a block waits for calls that began before it. One that stands at a breakpoint must not stop all others. */
const LIMIT_MS = 5_000

interface Hold {
  height: number
  released: Promise<void>
}

/**
 * Simulations under way. CouchDB shows only its newest state, so a block is copied when no simulation of an earlier
 * height goes on: in Fabric the commit itself waits for them (lockbasedtxmgr, commitRWLock).
 */
export interface Holds {
  /** Returns what releases it. */
  hold(height: number): () => void
  /** Resolves when all below this height are released, or have had their time. */
  released(height: number): Promise<void>
}

export function newHolds(signal: AbortSignal): Holds {
  const held = new Set<Hold>()
  return {
    hold(height) {
      let release = (): void => undefined
      const one: Hold = { height, released: new Promise((resolve) => (release = resolve)) }
      held.add(one)
      return () => {
        held.delete(one)
        release()
      }
    },
    async released(height) {
      const below = [...held].filter((one) => one.height < height)
      if (below.length === 0) return
      const released = Promise.all(below.map((one) => one.released))
      await waitFor(released, { signal, deadlineMs: LIMIT_MS }).catch(() => undefined)
      // Those that took too long are not waited for again.
      for (const one of below) held.delete(one)
    },
  }
}
