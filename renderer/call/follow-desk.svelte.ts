import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import type { CallDesk } from './call-desk.svelte.ts'

/** Keep a desk's functions and past calls as they are on the peer, while the component that calls it is shown. */
export function followDesk(peer: PeerView, desk: CallDesk, chaincode: () => ChaincodeState): void {
  const readyAt = $derived.by(() => {
    const { registration } = chaincode()
    return registration.state === 'ready' ? registration.readyAt : undefined
  })
  $effect(() => {
    // A new process may bring a new contract.
    if (readyAt !== undefined) void desk.readContract()
  })
  $effect(() => {
    void [peer.state?.calls.count, peer.link]
    desk.readCalls()
  })
}
