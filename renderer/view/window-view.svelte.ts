import { createContext } from 'svelte'
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { CallRequest } from '../../core/contract/call.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import type { FidelityName } from '../../core/contract/fidelity.ts'
import type { ChaincodeState, Mode } from '../../core/contract/state.ts'
import { CallDesk } from '../call/call-desk.svelte.ts'
import { failureOf } from '../parts/failure.ts'
import { modeToCome } from '../parts/status.ts'
import type { PeerView } from './peer-view.svelte.ts'

export const screens = ['run', 'call', 'state', 'logs', 'identities'] as const
export type Screen = (typeof screens)[number]
export type Theme = 'system' | 'light' | 'dark'

/** What another screen asks the call screen to show: a function, or a call to change and send again. */
export interface CallWish {
  chaincode: string
  function: string
  request?: CallRequest
  kind?: 'submit' | 'evaluate'
}

export interface ModeFailure {
  mode: Mode
  at: number
  error: PeerErrorData
}

/** What this window shows: none of it concerns the peer. The lasting part is kept in the browser's storage. */
export class WindowView {
  readonly #peer: PeerView
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up when the call screen opens, never shown
  readonly #desks = new Map<string, CallDesk>()
  screen = $state<Screen>(kept('screen', screens) ?? 'run')
  theme = $state<Theme>(kept('theme', ['system', 'light', 'dark'] as const) ?? 'system')
  paletteOpen = $state(false)
  /** What the folder chooser is open for. */
  choosing = $state<'open' | 'add' | undefined>()
  /** The last action that failed, until it is read. */
  failure = $state.raw<PeerErrorData | undefined>()
  /** Changes of mode that this window asked for, by chaincode. */
  readonly #switches = new SvelteMap<string, Mode>()
  /** Why the last change of mode failed, by chaincode, until it is read. */
  readonly #modeFailures = new SvelteMap<string, ModeFailure>()
  /** The chaincode in whose container a shell is open. */
  shellOf = $state<string | undefined>()
  /** The chaincode whose package is being made. */
  packaging = $state<string | undefined>()
  /** What remains different from a real peer is shown, beginning with this; `all` from the top. */
  fidelity = $state<FidelityName | 'all' | undefined>()
  /** What was read and put away, as long as this window is open. */
  readonly #read = new SvelteSet<string>()
  callWish = $state.raw<CallWish | undefined>()
  /** When the log was last looked at. */
  logsSeenAt = $state(0)
  #chosen = $state<string | undefined>(localStorage.getItem('slipway.chaincode') ?? undefined)
  #busy = $state<string | undefined>()

  constructor(peer: PeerView) {
    this.#peer = peer
  }

  readonly chaincodes: ChaincodeState[] = $derived.by(() => Object.values(this.#peer.state?.chaincodes ?? {}))

  /** The chaincode that the screens are about. */
  readonly chaincode: ChaincodeState | undefined = $derived.by(
    () => this.chaincodes.find((cc) => cc.name === this.#chosen) ?? this.chaincodes[0],
  )

  /** The action under way, by its name. */
  get busy(): string | undefined {
    return this.#busy
  }

  /** A dialog that keys belong to. */
  get dialogOpen(): boolean {
    const { choosing, shellOf, packaging, fidelity } = this
    return [choosing, shellOf, packaging, fidelity].some((open) => open !== undefined)
  }

  choose(name: string): void {
    this.#chosen = name
    localStorage.setItem('slipway.chaincode', name)
  }

  show(screen: Screen): void {
    this.screen = screen
    localStorage.setItem('slipway.screen', screen)
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    localStorage.setItem('slipway.theme', theme)
    applyTheme(theme)
  }

  /** What is being called and was typed for it stays while other screens are looked at. */
  desk(chaincode: string): CallDesk {
    const key = `${this.#peer.state?.peer.dataDir ?? ''} ${chaincode}`
    const desk = this.#desks.get(key) ?? new CallDesk(this.#peer, chaincode)
    this.#desks.set(key, desk)
    return desk
  }

  /** Open the call screen on a function. */
  showCall(wish: CallWish): void {
    this.choose(wish.chaincode)
    this.callWish = wish
    this.show('call')
  }

  /** Whether this of a chaincode was read and put away; anything else said of it comes anew. */
  isRead(chaincode: string, what: unknown): boolean {
    return this.#read.has(JSON.stringify([chaincode, what]))
  }

  markRead(chaincode: string, what: unknown): void {
    this.#read.add(JSON.stringify([chaincode, what]))
  }

  /** Show again what was put away. */
  markUnread(chaincode: string, what: unknown): void {
    this.#read.delete(JSON.stringify([chaincode, what]))
  }

  /** The mode that a chaincode is being changed to, by this window or any other door. */
  modeToCome(chaincode: ChaincodeState): Mode | undefined {
    return this.#switches.get(chaincode.name) ?? modeToCome(chaincode)
  }

  modeFailure(chaincode: string): ModeFailure | undefined {
    return this.#modeFailures.get(chaincode)
  }

  forgetModeFailure(chaincode: string): void {
    this.#modeFailures.delete(chaincode)
  }

  /** Change the mode. To choose the one it has while the other is being built stops that. */
  async switchMode(chaincode: ChaincodeState, mode: Mode): Promise<void> {
    const { name } = chaincode
    this.#modeFailures.delete(name)
    const stays = chaincode.mode === mode
    if (!stays) this.#switches.set(name, mode)
    try {
      await this.#peer.call('setMode', { name, mode })
    } catch (thrown) {
      const error = failureOf(thrown)
      if (error !== undefined) this.#modeFailures.set(name, { mode, at: Date.now(), error })
    } finally {
      if (!stays) this.#switches.delete(name)
    }
  }

  /** Do something that may fail; the failure is shown until it is read. */
  async attempt(name: string, action: () => Promise<unknown>): Promise<void> {
    this.#busy = name
    this.failure = undefined
    try {
      await action()
    } catch (thrown) {
      this.failure = failureOf(thrown)
    } finally {
      this.#busy = undefined
    }
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

function kept<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  const value = localStorage.getItem(`slipway.${name}`)
  return allowed.find((one) => one === value)
}

export const [getWindow, setWindow] = createContext<WindowView>()
