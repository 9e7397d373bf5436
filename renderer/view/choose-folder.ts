import type { PeerView } from './peer-view.svelte.ts'
import type { WindowView } from './window-view.svelte.ts'

/** `open`: run this folder's own peer. `add`: one more chaincode beside those that are open. */
export type FolderPurpose = 'open' | 'add'

/** Let the author choose a folder, with the system's own dialog where there is one, and open it. */
export function chooseFolder(peer: PeerView, win: WindowView, purpose: FolderPurpose): void {
  if (peer.host?.door !== 'electron') {
    win.choosing = purpose
    return
  }
  void win.attempt('chooseFolder', async () => {
    const chosen = await peer.call('chooseFolder', {})
    if (chosen !== undefined) await openChosen(peer, win, purpose, chosen.folder)
  })
}

/** Open a folder that was chosen. Throws what the peer says of it. */
export async function openChosen(
  peer: PeerView,
  win: WindowView,
  purpose: FolderPurpose,
  folder: string,
): Promise<void> {
  if (purpose === 'add') {
    const { name } = await peer.call('openChaincode', { folder })
    win.choose(name)
  } else {
    await peer.call('openFolder', { folder })
  }
  win.show('run')
}
