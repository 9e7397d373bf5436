import type { PeerView } from '../view/peer-view.svelte.ts'
import type { CallDesk } from './call-desk.svelte.ts'

/**
 * Keep a desk's functions and past calls as they are on the peer, while the component that calls it is shown. `readyAt`:
 * since when the chaincode serves.
 */
export function followDesk(peer: PeerView, desk: CallDesk, readyAt: () => number | undefined): void {
  $effect(() => {
    // A new process may bring a new contract.
    if (readyAt() !== undefined) void desk.readContract()
  })
  $effect(() => {
    void [peer.state?.calls.count, peer.link]
    desk.readCalls()
  })
}
