import { untrack } from 'svelte'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { CallDesks } from '../call/call-desks.svelte.ts'
import { addressOf, placeOf, type Place } from '../view/address.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import type { WindowView } from '../view/window-view.svelte.ts'

/** Marks the history entries that this window made: what stood there is kept apart and fresher than the address. */
const OURS = 'slipway'
/** Browsers refuse an address that changes with each letter that is typed. */
const TYPING_MS = 250

/**
 * The window's address follows what it shows, and what it shows follows an address that is opened, pasted or gone back
 * to. Another screen, function or block is a step of the history; what is typed changes the step.
 */
export class AddressBar {
  readonly #peer: PeerView
  readonly #win: WindowView
  readonly #desks: CallDesks
  /** To be shown once its chaincode is open. */
  #opening: Place | undefined
  #last: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(peer: PeerView, win: WindowView, desks: CallDesks) {
    this.#peer = peer
    this.#win = win
    this.#desks = desks
    this.#opening = placeOf(location.hash)
    if (this.#opening !== undefined) win.screen = this.#opening.screen
  }

  /** To be run as an effect. */
  readonly follow = (): void => {
    const win = this.#win
    if (this.#peer.link === 'connecting' || win.chaincode === undefined) return
    const opening = this.#opening
    if (opening !== undefined) {
      this.#opening = undefined
      untrack(() => this.#show(opening))
    }
    const place = this.#place()
    const address = addressOf(place)
    const step = stepOf(place)
    const last = this.#last
    this.#last = step
    clearTimeout(this.#timer)
    const replace = () => history.replaceState(OURS, '', address)
    if (last === undefined) replace()
    else if (last === step) this.#timer = setTimeout(replace, TYPING_MS)
    else if (address !== location.hash) history.pushState(OURS, '', address)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** Back, Forward, or an address that somebody typed. */
  readonly onpopstate = (): void => {
    clearTimeout(this.#timer)
    const place = placeOf(location.hash)
    if (place === undefined) return
    if (this.#win.chaincode === undefined) this.#opening = place
    else this.#show(place)
    this.#last = stepOf(this.#place())
  }

  #place(): Place {
    const { screen, chaincode, chaincodes, block } = this.#win
    const place: Place = { screen, chaincode: chaincodes.length > 1 ? chaincode?.name : undefined }
    if (screen === 'blocks') return { ...place, block: block && { ...block, channel: otherThan(chaincode, block) } }
    if (screen === 'state' && chaincode !== undefined) return { ...place, state: this.#state(chaincode) }
    if (screen !== 'call' || chaincode === undefined) return place
    const { wanted } = this.#desks
    if (wanted?.chaincode === chaincode.name) return { ...place, function: wanted.function }
    const { draft, shown } = untrack(() => this.#desks.of(chaincode.name))
    return { ...place, function: draft.name, args: draft.asJson ? undefined : draft.args, call: shown?.id }
  }

  #state(chaincode: ChaincodeState): Place['state'] {
    const { name } = chaincode
    const { place, by, text } = this.#win.states.of(name)
    return {
      ...place,
      // What goes without saying.
      channel: otherThan(chaincode, place),
      namespace: place.namespace === name ? undefined : place.namespace,
      by,
      find: text === '' ? undefined : text,
    }
  }

  #show({ screen, chaincode, function: name, args = [], call, block, state = {} }: Place): void {
    const win = this.#win
    if (chaincode !== undefined) win.choose(chaincode)
    if (win.screen !== screen) win.show(screen)
    const shown = win.chaincode
    if (screen === 'blocks') win.block = block
    if (shown === undefined) return
    if (screen === 'state') {
      const { by = 'prefix', find = '', ...place } = state
      win.states.of(shown.name).open(place, by, find)
    }
    if (screen !== 'call') return
    if (call !== undefined) void this.#desks.of(shown.name).showRecorded(call)
    if (name === undefined) return
    const isOurs = history.state === OURS
    this.#desks.wanted = {
      chaincode: shown.name,
      function: name,
      ...(isOurs || args.length === 0 ? {} : { args: [...args] }),
    }
  }
}

/** The channel of a place, unless it is the chaincode's own, which goes without saying. */
function otherThan(chaincode: ChaincodeState | undefined, { channel }: { channel?: string | undefined }) {
  return channel === chaincode?.channel ? undefined : channel
}

/** What makes a step of the history. */
function stepOf(place: Place): string {
  const state = place.state === undefined ? undefined : { ...place.state, by: undefined, find: undefined }
  return addressOf({ ...place, args: undefined, call: undefined, state })
}
