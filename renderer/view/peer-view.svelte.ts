import { createContext } from 'svelte'
import type { HostFacts, PeerNews } from '../../core/contract/api.ts'
import { apply } from '../../core/contract/apply.ts'
import type { Call, RpcClient } from '../../core/contract/rpc-client.ts'
import type { PeerState } from '../../core/contract/state.ts'
import { openLink } from '../wire/link.ts'
import type { Trouble, Wire } from '../wire/wire.ts'

/** The window's connection to its host. `lost`: the window shows the last state it received. */
export type LinkState = 'connecting' | 'open' | 'lost'

/** The window's copy of PeerState: a snapshot, then every event in order. */
export class PeerView {
  readonly call: Call
  readonly #link: RpcClient
  #state = $state.raw<PeerState | undefined>()
  #host = $state.raw<HostFacts | undefined>()
  #linkState = $state<LinkState>('connecting')
  #lostAt = $state<number | undefined>()
  #trouble = $state<Trouble | undefined>()
  readonly #stopTrouble: () => void
  /** Events are ignored until the snapshot they apply to arrives. */
  #awaitsSnapshot = true

  constructor(wire: Wire) {
    this.#link = openLink(wire, {
      up: () => {
        this.#awaitsSnapshot = true
      },
      down: () => {
        this.#linkState = 'lost'
        this.#lostAt = Date.now()
        this.#trouble = undefined
      },
      news: (news) => this.#receive(news),
    })
    this.call = this.#link.call
    this.#stopTrouble = wire.onTrouble((trouble) => {
      // That nothing answers is no news of one that said it stops.
      if (trouble !== 'away' || this.#trouble !== 'stopped') this.#trouble = trouble
    })
  }

  /** Undefined before the first snapshot, and while the host runs no peer. */
  get state(): PeerState | undefined {
    return this.#state
  }

  get host(): HostFacts | undefined {
    return this.#host
  }

  get link(): LinkState {
    return this.#linkState
  }

  /** When the connection was lost; undefined while it is open. */
  get lostAt(): number | undefined {
    return this.#lostAt
  }

  /** Why the connection is lost, as far as known. */
  get trouble(): Trouble | undefined {
    return this.#linkState === 'lost' ? this.#trouble : undefined
  }

  close(): void {
    this.#stopTrouble()
    this.#link.close()
  }

  #receive(news: PeerNews): void {
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
