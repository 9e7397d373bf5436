import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { Peer } from '../../core/index.ts'

/** Resolves once the peer has a chaincode, and so something to show. */
export function firstChaincode(peer: Peer): Promise<void> {
  return new Promise((settle) => {
    const { state, unsubscribe } = peer.subscribe((event) => {
      if (event.type !== 'chaincode.opened') return
      unsubscribe()
      settle()
    })
    if (Object.keys(state.chaincodes).length === 0) return
    unsubscribe()
    settle()
  })
}

export function openNames(peer: Peer): string[] {
  return Object.keys(stateOf(peer).chaincodes)
}

export function openFolders(peer: Peer): string[] {
  return Object.values(stateOf(peer).chaincodes).map((chaincode) => chaincode.folder)
}

/** The chaincodes of a folder whose slipway.yaml wants more than it may. */
export function untrustedNames(peer: Peer, folder: string): string[] {
  const isOf = ({ error }: ChaincodeState) => error?.code === 'NOT_TRUSTED' && error.details['folder'] === folder
  return Object.values(stateOf(peer).chaincodes)
    .filter(isOf)
    .map(({ name }) => name)
}

function stateOf(peer: Peer): PeerState {
  const { state, unsubscribe } = peer.subscribe(() => undefined)
  unsubscribe()
  return state
}
