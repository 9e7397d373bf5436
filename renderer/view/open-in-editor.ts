import type { FilePlace } from '../parts/open-file.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import type { PeerView } from './peer-view.svelte.ts'
import type { WindowView } from './window-view.svelte.ts'

/** Open a place in the author's editor. */
export function openInEditor(peer: PeerView, win: WindowView, { file, folder, line, column }: FilePlace): void {
  void win.attempt('openInEditor', () =>
    peer.call('openInEditor', withoutUndefined({ file: absolute(file, folder), line, column })),
  )
}

function absolute(file: string, folder: string | undefined): string {
  return folder === undefined || /^(\/|[A-Za-z]:[\\/])/.test(file) ? file : `${folder}/${file}`
}
