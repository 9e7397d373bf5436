import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** The number of the build that answers; undefined if none does, or if the author started the process. */
export function servingBuild({ builds }: ChaincodeState): number | undefined {
  return builds.find(({ state }) => state === 'serving')?.number
}

/** The number of the build that is on its way while an older one answers. */
export function comingBuild(chaincode: ChaincodeState): number | undefined {
  const { launch, registration } = chaincode
  const serving = servingBuild(chaincode)
  if (launch?.outcome !== 'running' || registration.state !== 'ready' || serving === undefined) return undefined
  return launch.build === serving ? undefined : launch.build
}

/**
 * Wait until no build of a chaincode is on its way. @throws PeerError why the last one failed; ABORTED by `signal`, or if
 * the chaincode is closed.
 */
export function buildEnds(peer: PeerView, chaincode: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', aborted)
      settle()
      // An effect can't end itself while it runs.
      queueMicrotask(() => stop())
    }
    const aborted = (): void =>
      end(() => reject(new PeerError('ABORTED', { what: `Waiting for the build of ${chaincode}` })))
    signal.addEventListener('abort', aborted)
    const stop = $effect.root(() => {
      $effect(() => {
        const state = peer.state?.chaincodes[chaincode]
        const launch = state?.launch
        if (state === undefined) aborted()
        else if (launch?.outcome === 'failed' && launch.error !== undefined) {
          const { error } = launch
          end(() => reject(PeerError.revive(error)))
        } else if (launch?.outcome !== 'running') end(resolve)
      })
    })
  })
}
