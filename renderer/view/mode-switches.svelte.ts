import { SvelteMap } from 'svelte/reactivity'
import type { PeerErrorData } from '../../core/contract/error.ts'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { Mode } from '../../core/contract/mode.ts'
import { failureOf } from '../parts/failure.ts'
import { modeToCome } from '../parts/status.ts'
import type { PeerView } from './peer-view.svelte.ts'

/** Why a switch to a mode failed. */
export interface ModeFailure {
  mode: Mode
  at: number
  error: PeerErrorData
}

/** Switches between dev and net mode. */
export class ModeSwitches {
  readonly #peer: PeerView
  /** Under way from this window, by chaincode. */
  readonly #underWay = new SvelteMap<string, Mode>()
  /** The last failure by chaincode, until it is dismissed. */
  readonly #failures = new SvelteMap<string, ModeFailure>()

  constructor(peer: PeerView) {
    this.#peer = peer
  }

  /** The mode that a chaincode is switching to, whoever asked for it. */
  next(chaincode: ChaincodeState): Mode | undefined {
    return this.#underWay.get(chaincode.name) ?? modeToCome(chaincode)
  }

  failure(chaincode: string): ModeFailure | undefined {
    return this.#failures.get(chaincode)
  }

  dismissFailure(chaincode: string): void {
    this.#failures.delete(chaincode)
  }

  /** Switch to a mode. Asking for the current mode stops a switch that is under way. */
  async switchTo(chaincode: ChaincodeState, mode: Mode): Promise<void> {
    const { name } = chaincode
    this.#failures.delete(name)
    const changes = chaincode.mode !== mode
    if (changes) this.#underWay.set(name, mode)
    try {
      await this.#peer.call('setMode', { name, mode })
    } catch (thrown) {
      const error = failureOf(thrown)
      if (error !== undefined) this.#failures.set(name, { mode, at: Date.now(), error })
    } finally {
      if (changes) this.#underWay.delete(name)
    }
  }
}
