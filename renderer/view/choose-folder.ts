import type { PeerView } from './peer-view.svelte.ts'
import type { FolderPurpose, WindowView } from './window-view.svelte.ts'

/** Let the author choose a folder, in the system's own dialog where possible, and open it. */
export function chooseFolder(peer: PeerView, win: WindowView, purpose: FolderPurpose): void {
  if (peer.host?.door !== 'electron') {
    win.choosing = purpose
    return
  }
  void win.attempt('chooseFolder', async () => {
    const choice = await peer.call('chooseFolder', {})
    if (choice !== undefined) await openChosen(peer, win, purpose, choice.folder)
  })
}

/** Open a chosen folder. Throws the peer's error. */
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
