import type { CallRecord } from '../../core/contract/call.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { LineOwner } from '../../core/contract/log.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** The call that a line is of. @throws PeerError CALL_UNKNOWN: it has left the list of calls since */
export async function callOfLine({ call: id }: LineOwner, peer: Pick<PeerView, 'call'>): Promise<CallRecord> {
  const record = await peer.call('readCall', { id })
  if (record === undefined) throw new PeerError('CALL_UNKNOWN', { id })
  return record
}
