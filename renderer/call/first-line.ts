import type { LogLine } from '../../core/contract/log.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

const WAIT_MS = 200

/** The first line that a call printed; undefined if it printed none. Those of one that was just answered may be on their way. */
export async function firstLine(peer: PeerView, id: number): Promise<LogLine | undefined> {
  for (;;) {
    const { lines, state } = await peer.call('readCallLogs', { id })
    const [first] = lines
    if (first !== undefined || state !== 'coming') return first
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
  }
}
