import type { PeerView } from '../view/peer-view.svelte.ts'
import type { CallDesk } from './call-desk.svelte.ts'

/** What its component derives of the state: an effect on all of it would run on all news. */
export interface Followed {
  /** Since when the chaincode serves. */
  readyAt(): number | undefined
  /** How many calls were recorded. */
  recorded(): number | undefined
}

/** Keep a desk's functions and past calls as they are on the peer, while the component that calls it is shown. */
export function followDesk(peer: PeerView, desk: CallDesk, { readyAt, recorded }: Followed): void {
  const moves = $derived(
    Object.values(peer.state?.channels ?? {}).reduce((sum, channel) => sum + (channel.moves ?? 0), 0),
  )
  $effect(() => {
    // A new process may bring a new contract.
    if (readyAt() !== undefined) void desk.readContract()
  })
  $effect(() => {
    // A channel that was taken to another block has lost calls, or has them again.
    void [recorded(), moves, peer.link]
    desk.readCalls()
  })
}
