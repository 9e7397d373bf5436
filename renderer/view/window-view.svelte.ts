import { createContext } from 'svelte'
import { SvelteSet } from 'svelte/reactivity'
import type { PeerErrorData } from '../../core/contract/error.ts'
import type { FidelityName } from '../../core/contract/fidelity.ts'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { UntrustedFolder } from '../../core/contract/trust.ts'
import { failureOf } from '../parts/failure.ts'
import { ModeSwitches } from './mode-switches.svelte.ts'
import type { PeerView } from './peer-view.svelte.ts'
import { StateChoices } from './state-choice.svelte.ts'

export const screens = ['run', 'call', 'state', 'logs', 'blocks', 'events', 'identities', 'connect', 'replay'] as const
export type Screen = (typeof screens)[number]
export type Theme = 'system' | 'light' | 'dark'
/** `open`: run the folder in a peer of its own. `add`: one more chaincode on the current peer. */
export type FolderPurpose = 'open' | 'add'

/** A transaction in its block. */
export interface BlockPlace {
  channel?: string | undefined
  number: number
  tx: number
}

/** What this window shows, independent of the peer's state. The lasting part is kept in local storage. */
export class WindowView {
  readonly #peer: PeerView
  readonly modes: ModeSwitches
  screen = $state<Screen>(stored('screen', screens) ?? 'run')
  theme = $state<Theme>(stored('theme', ['system', 'light', 'dark'] as const) ?? 'system')
  paletteOpen = $state(false)
  /** The block and transaction that the Blocks page shows; without a channel, of its chaincode's own. */
  block = $state.raw<BlockPlace | undefined>()
  /** The network whose blocks and events are shown, as chosen; undefined: this Slipway. */
  source = $state<string | undefined>()
  /** The block and transaction of that network that is shown. */
  networkBlock = $state.raw<{ number: number; tx: number } | undefined>()
  /** The height that the rewind dialog asks about. */
  rewindTo = $state<number | undefined>()
  /** Whether the dialog of checkpoints and branches is open. */
  pointsOpen = $state(false)
  /** The block after which that dialog sets a checkpoint; undefined: the newest. */
  pointAfter = $state<number | undefined>()
  /** The point that the comparison begins at, as compareStates takes it, and in words. */
  comparing = $state.raw<{ point: string; title: string } | undefined>()
  /** What was last taken back here, until it is restored or dismissed. */
  rewound = $state.raw<{ channel: string; branch: string; height: number } | undefined>()
  /** What the State page of each chaincode shows. */
  readonly states = new StateChoices()
  /** An identity that the Identities page is to show; it takes it. */
  identity = $state<string | undefined>()
  /** The number of a line that the Logs page is to show; it takes it. */
  logLine = $state<number | undefined>()
  /** What the folder dialog is open for. */
  choosing = $state<FolderPurpose | undefined>()
  /** The last action that failed, until it is dismissed. */
  failure = $state.raw<PeerErrorData | undefined>()
  /** The chaincode in whose container a shell is open. */
  shellOf = $state<string | undefined>()
  /** The chaincode that the package dialog is open for. */
  packaging = $state<string | undefined>()
  /** The chaincode that the deploy dialog is open for. */
  deploying = $state<string | undefined>()
  /** The difference that the fidelity dialog opens at; `all`: at the top. */
  fidelity = $state<FidelityName | 'all' | undefined>()
  /** An open folder whose slipway.yaml wants more than it may, while its author looks at that. */
  reviewing = $state.raw<UntrustedFolder | undefined>()
  /** What the author dismissed since this window opened. */
  readonly #dismissed = new SvelteSet<string>()
  /** When the log was last looked at. */
  logsSeenAt = $state(0)
  #chosen = $state<string | undefined>(localStorage.getItem('slipway.chaincode') ?? undefined)
  #busy = $state<string | undefined>()

  constructor(peer: PeerView) {
    this.#peer = peer
    this.modes = new ModeSwitches(peer)
  }

  readonly chaincodes: ChaincodeState[] = $derived.by(() => Object.values(this.#peer.state?.chaincodes ?? {}))

  /** The chaincode that the screens show. */
  readonly chaincode: ChaincodeState | undefined = $derived.by(
    () => this.chaincodes.find((cc) => cc.name === this.#chosen) ?? this.chaincodes[0],
  )

  /** Name of the action under way. */
  get busy(): string | undefined {
    return this.#busy
  }

  /** Whether a dialog takes the keys. */
  get dialogOpen(): boolean {
    const { choosing, shellOf, packaging, deploying, fidelity, reviewing, rewindTo } = this
    if (this.pointsOpen || this.comparing !== undefined) return true
    const untrusted = this.#peer.host?.untrusted
    return [choosing, shellOf, packaging, deploying, fidelity, reviewing, rewindTo, untrusted].some(
      (open) => open !== undefined,
    )
  }

  choose(name: string): void {
    this.#chosen = name
    localStorage.setItem('slipway.chaincode', name)
  }

  show(screen: Screen): void {
    this.screen = screen
    localStorage.setItem('slipway.screen', screen)
  }

  showBlock(place: BlockPlace): void {
    this.source = undefined
    this.block = place
    this.show('blocks')
  }

  /** `after`: the block after which a checkpoint is to be set; default: the newest. */
  openPoints(after?: number): void {
    this.pointAfter = after
    this.pointsOpen = true
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    localStorage.setItem('slipway.theme', theme)
    applyTheme(theme)
  }

  /** Whether exactly this was dismissed for a chaincode; anything that differs is shown again. */
  isDismissed(chaincode: string, content: unknown): boolean {
    return this.#dismissed.has(JSON.stringify([chaincode, content]))
  }

  dismiss(chaincode: string, content: unknown): void {
    this.#dismissed.add(JSON.stringify([chaincode, content]))
  }

  /** Show again what was dismissed. */
  restore(chaincode: string, content: unknown): void {
    this.#dismissed.delete(JSON.stringify([chaincode, content]))
  }

  /** Run an action that may fail; a failure is shown until it is dismissed. */
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

function stored<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  const value = localStorage.getItem(`slipway.${name}`)
  return allowed.find((option) => option === value)
}

export const [getWindow, setWindow] = createContext<WindowView>()
