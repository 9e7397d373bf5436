import type { HostFacts, PeerNews } from '../../core/contract/api.ts'
import type { Peer } from '../../core/index.ts'

type Listener = (news: PeerNews) => void

/** What the news is about, at the moment. */
export interface NewsSource {
  peer(): Peer | undefined
  facts(): HostFacts
}

/** A host's listeners, which follow whichever peer it runs. */
export class Subscribers {
  readonly #source: NewsSource
  /** Each listener with the function that ends its subscription to the present peer. */
  readonly #listeners = new Map<Listener, () => void>()

  constructor(source: NewsSource) {
    this.#source = source
  }

  /** Send it a snapshot at once and every event after it. Returns the function that stops it. */
  add(listener: Listener): () => void {
    this.#follow(listener)
    return () => {
      this.#listeners.get(listener)?.()
      this.#listeners.delete(listener)
    }
  }

  /** The peer was replaced or the host's facts changed: send everybody a new snapshot. */
  restart(): void {
    for (const [listener, unsubscribe] of [...this.#listeners]) {
      unsubscribe()
      this.#follow(listener)
    }
  }

  close(): void {
    for (const unsubscribe of this.#listeners.values()) unsubscribe()
    this.#listeners.clear()
  }

  #follow(listener: Listener): void {
    const subscription = this.#source.peer()?.subscribe((event) => listener({ type: 'event', event }))
    this.#listeners.set(listener, () => subscription?.unsubscribe())
    listener({ type: 'snapshot', state: subscription?.state, host: this.#source.facts() })
  }
}
