import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { CallDesk } from './call-desk.svelte.ts'

/** The channel to call on: the one chosen last, if the chaincode is still defined there; else its own. */
export function channelOf(
  { channel: chosen }: Pick<CallDesk, 'channel'>,
  { channel, channels }: Pick<ChaincodeState, 'channel' | 'channels'>,
): string {
  return chosen !== undefined && channels.includes(chosen) ? chosen : channel
}
