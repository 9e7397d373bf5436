import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { NetworkChoice } from '../../core/contract/network.ts'
import type { WindowView } from '../view/window-view.svelte.ts'

/** The network whose blocks and events are shown; undefined: this Slipway's own. */
export function sourceOf(
  { source }: Pick<WindowView, 'source'>,
  { networks }: Pick<ChaincodeState, 'networks'>,
): NetworkChoice | undefined {
  return networks?.find(({ name }) => name === source)
}
