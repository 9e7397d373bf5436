import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { FolderToOpen, Peer } from '../../core/index.ts'

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

function openNames(peer: Peer): string[] {
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

/**
 * Open folders one after another; `done` is called after each. Returns the names of the chaincodes that are open now. One
 * that is open but failed to launch reports that in the state; only a folder that isn't open is an error.
 */
export async function openIn(
  peer: Peer,
  folders: readonly FolderToOpen[],
  done: (folder: FolderToOpen) => Promise<void>,
  signal?: AbortSignal,
): Promise<string[]> {
  const names: string[] = []
  for (const folder of folders) {
    signal?.throwIfAborted()
    const before = openNames(peer)
    const opened = () => openNames(peer).filter((name) => !before.includes(name))
    try {
      await peer.open(folder)
    } catch (error) {
      if (opened().length === 0) throw error
    }
    names.push(...opened())
    await done(folder)
  }
  return names
}
