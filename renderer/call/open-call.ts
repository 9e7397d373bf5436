import type { CallRecord } from '../../core/contract/call.ts'
import type { WindowView } from '../view/window-view.svelte.ts'
import type { CallDesks } from './call-desks.svelte.ts'

/** Lead to a recorded call from another screen. */
export function openCall(record: CallRecord, win: WindowView, desks: CallDesks): void {
  const { chaincode } = record.request
  desks.of(chaincode).show(record)
  win.choose(chaincode)
  win.show('call')
}
