import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { PeerState } from '../../core/contract/state.ts'

/**
 * MSP ids of the organisations whose calls the one process (or server) that the author started executes, beside the
 * peer's own: those for which no other one is ready.
 */
export function servedByOwn({ instances }: ChaincodeState, state: PeerState | undefined): string[] {
  if (state === undefined) return []
  return state.identities.organisations.filter(
    (mspId) => mspId !== state.peer.mspId && instances[mspId]?.registration.state !== 'ready',
  )
}
