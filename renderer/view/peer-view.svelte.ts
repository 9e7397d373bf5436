import { createContext } from 'svelte'
import type { HostFacts, PeerNews } from '../../core/contract/api.ts'
import { apply } from '../../core/contract/apply.ts'
import type { PeerState } from '../../core/contract/state.ts'
import { type Call, type Link, openLink } from '../wire/link.ts'
import type { Wire } from '../wire/wire.ts'

/** How the window stands to its host. `lost`: what is shown is the last that was heard. */
export type LinkState = 'connecting' | 'open' | 'lost'

/** The window's copy of PeerState: a snapshot, then every event in order. */
export class PeerView {
  readonly call: Call
  readonly #link: Link
  #state = $state.raw<PeerState | undefined>()
  #host = $state.raw<HostFacts | undefined>()
  #linkState = $state<LinkState>('connecting')
  #lostAt = $state<number | undefined>()
  /** Events are of no use until a snapshot says what they change. */
  #awaitsSnapshot = true

  constructor(wire: Wire) {
    this.#link = openLink(wire, {
      up: () => {
        this.#awaitsSnapshot = true
      },
      down: () => {
        this.#linkState = 'lost'
        this.#lostAt = Date.now()
      },
      news: (news) => this.#hear(news),
    })
    this.call = this.#link.call
  }

  /** Undefined: no snapshot came yet, or the host runs no peer. */
  get state(): PeerState | undefined {
    return this.#state
  }

  get host(): HostFacts | undefined {
    return this.#host
  }

  get link(): LinkState {
    return this.#linkState
  }

  /** When the connection was lost, while it is. */
  get lostAt(): number | undefined {
    return this.#lostAt
  }

  close(): void {
    this.#link.close()
  }

  #hear(news: PeerNews): void {
    if (news.type === 'snapshot') {
      this.#state = news.state
      this.#host = news.host
      this.#linkState = 'open'
      this.#lostAt = undefined
      this.#awaitsSnapshot = false
      return
    }
    if (this.#awaitsSnapshot || this.#state === undefined || news.event.seq <= this.#state.seq) return
    if (news.event.seq > this.#state.seq + 1) {
      this.#awaitsSnapshot = true
      this.#link.listen()
      return
    }
    this.#state = apply(this.#state, news.event)
  }
}

export const [getPeer, setPeer] = createContext<PeerView>()
