import type { PeerErrorData } from '../../core/contract/error.ts'
import { failureOf } from '../parts/failure.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** A network's chain, as long as it is looked at. */
export interface NetworkChain {
  /** Number of blocks; undefined until it is known. */
  readonly height: number | undefined
  readonly failure: PeerErrorData | undefined
  /** Ask again after a failure. */
  retry(): void
}

/** Follow how many blocks a network has, from one to the next, until the component that asked is gone. */
export function followNetwork(peer: PeerView, of: () => { opened: string; network: string }): NetworkChain {
  let height = $state<number | undefined>()
  let failure = $state.raw<PeerErrorData | undefined>()
  let tries = $state(0)

  // By value: what else changes of the chaincode is no reason to begin again.
  const opened = $derived(of().opened)
  const network = $derived(of().network)

  $effect(() => {
    void [tries, peer.link]
    const abort = new AbortController()
    height = undefined
    failure = undefined
    void follow({ opened, network }, abort.signal)
    return () => abort.abort()
  })

  async function follow(place: { opened: string; network: string }, signal: AbortSignal): Promise<void> {
    try {
      let { height: known } = await peer.call('readNetworkBlocks', { ...place, limit: 0 }, signal)
      while (!signal.aborted) {
        height = known
        ;({ height: known } = await peer.call('awaitNetworkBlock', { ...place, height: known }, signal))
      }
    } catch (thrown) {
      if (!signal.aborted) failure = failureOf(thrown)
    }
  }

  return {
    get height() {
      return height
    },
    get failure() {
      return failure
    },
    retry: () => {
      tries += 1
    },
  }
}
