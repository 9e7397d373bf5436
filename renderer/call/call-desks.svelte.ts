import { createContext } from 'svelte'
import type { PeerView } from '../view/peer-view.svelte.ts'
import { CallDesk } from './call-desk.svelte.ts'
import type { ArgumentText } from './draft.svelte.ts'

/** A desk per chaincode. Drafts and results stay while the author looks at other screens. */
export class CallDesks {
  readonly #peer: PeerView
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up when the Call page opens, never shown
  readonly #desks = new Map<string, CallDesk>()
  /** The function the Call page opens next. */
  wanted = $state.raw<{ chaincode: string; function: string; args?: ArgumentText[] } | undefined>()

  constructor(peer: PeerView) {
    this.#peer = peer
  }

  of(chaincode: string): CallDesk {
    const key = `${this.#peer.state?.peer.dataDir ?? ''} ${chaincode}`
    const desk = this.#desks.get(key) ?? new CallDesk(this.#peer, chaincode, key)
    this.#desks.set(key, desk)
    return desk
  }

  /** Keep the work over a reload of this window. */
  keep(): void {
    for (const desk of this.#desks.values()) desk.keep()
  }
}

export const [getCallDesks, setCallDesks] = createContext<CallDesks>()
