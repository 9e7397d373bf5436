import { apply } from '../contract/apply.ts'
import type { PeerEvent, PeerFact } from '../contract/events.ts'
import type { PeerState } from '../contract/state.ts'

/** The one place where the state of a peer changes, and where every door learns of it. */
export interface PeerFacts {
  emit(fact: PeerFact): void
  state(): PeerState
  /** The state now and every event after it, with no gap between the two. */
  subscribe(listener: (event: PeerEvent) => void): { state: PeerState; unsubscribe(): void }
}

export function peerFacts(initial: PeerState): PeerFacts {
  let state = initial
  const listeners = new Set<(event: PeerEvent) => void>()
  // A listener may cause the next fact; that one is announced once every listener has heard this one.
  const queue: PeerEvent[] = []
  return {
    emit(fact) {
      const event: PeerEvent = { ...fact, seq: state.seq + 1 }
      state = apply(state, event)
      if (queue.push(event) > 1) return
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        for (const listener of listeners) listener(next)
        queue.shift()
      }
    },
    state: () => state,
    subscribe(listener) {
      // Queued events are part of the snapshot already.
      const from = state.seq
      const listenFrom = (event: PeerEvent) => {
        if (event.seq > from) listener(event)
      }
      listeners.add(listenFrom)
      return { state, unsubscribe: () => listeners.delete(listenFrom) }
    },
  }
}
