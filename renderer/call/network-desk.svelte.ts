import { untrack } from 'svelte'
import type { CallRequest } from '../../core/contract/call.ts'
import { PeerError, type PeerErrorData } from '../../core/contract/error.ts'
import type { NetworkCallResult, NetworkChoice } from '../../core/contract/network.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import type { CallDesk } from './call-desk.svelte.ts'
import { keyOfCall, type ShownCall } from './shown-call.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** A call that was sent to a network from this window. */
export interface CallThere {
  network: string
  kind: 'submit' | 'evaluate'
  request: CallRequest
  at: number
  outcome:
    | { state: 'running' }
    | { state: 'done'; result: NetworkCallResult }
    | { state: 'failed'; error: PeerErrorData; durationMs: number }
}

/** The work of one chaincode's Call page on real networks: where calls go, and how the last one there ended. */
export class NetworkDesk {
  readonly #peer: PeerView
  readonly #desk: CallDesk
  readonly #chaincode: string
  #abort: AbortController | undefined
  /** As chosen; see `targetOf`. */
  chosen = $state<string | undefined>()
  last = $state.raw<CallThere | undefined>()
  /** The local call that it is compared with; undefined: the newest one that asks for the same. */
  #besides = $state<string | undefined>()
  /** The key of the local call that was last shown beside one there, and not because it ended. */
  broughtBack = $state<string | undefined>()

  constructor(peer: PeerView, desk: CallDesk, chaincode: string) {
    this.#peer = peer
    this.#desk = desk
    this.#chaincode = chaincode
  }

  /** The network that calls go to; undefined: this Slipway, as when slipway.yaml no longer names the chosen one. */
  targetOf(networks: readonly NetworkChoice[] | undefined): NetworkChoice | undefined {
    return networks?.find(({ name }) => name === this.chosen)
  }

  /** What the same call came to here. */
  get local(): ShownCall | undefined {
    const { last } = this
    if (last === undefined) return undefined
    const wanted = this.#besides
    const ended = this.#desk.recent.filter((call) => call.outcome.state === 'done')
    const named = wanted === undefined ? undefined : ended.find((call) => keyOfCall(call) === wanted)
    return named ?? ended.filter((call) => asksSame(call, last)).toSorted((a, b) => b.at - a.at)[0]
  }

  /** Send a call there; a call that is under way there is given up. */
  async send(network: string, request: CallRequest, kind: CallThere['kind'], besides?: ShownCall): Promise<void> {
    this.#abort?.abort()
    const abort = (this.#abort = new AbortController())
    const call: CallThere = { network, kind, request, at: Date.now(), outcome: { state: 'running' } }
    this.last = call
    this.#besides = besides === undefined ? undefined : keyOfCall(besides)
    const { local } = this
    if (local !== undefined) {
      this.#desk.show(local)
      this.broughtBack = keyOfCall(local)
    }
    const { chaincode, function: fn, args, transient, isInit } = request
    const sent = withoutUndefined({
      opened: this.#chaincode,
      network,
      chaincode,
      function: fn,
      args,
      transient,
      isInit,
    })
    const name = kind === 'submit' ? 'submitToNetwork' : 'evaluateOnNetwork'
    const end = (outcome: CallThere['outcome']): void => {
      if (this.#abort === abort) this.last = { ...call, outcome }
    }
    try {
      end({ state: 'done', result: await this.#peer.call(name, sent, abort.signal) })
    } catch (thrown) {
      end({ state: 'failed', error: PeerError.from(thrown).toJSON(), durationMs: Date.now() - call.at })
    }
  }

  /** Run the same call here, to see both: as whoever made it here, or who calls by default, on that channel. */
  runHere(by: Record<'identity' | 'channel', string | undefined>): void {
    const { last } = this
    if (last === undefined) return
    this.#besides = undefined
    void this.#desk.send({ ...withoutUndefined(by), ...last.request }, last.kind)
  }

  cancel(): void {
    this.#abort?.abort()
  }

  dismiss(): void {
    this.cancel()
    this.#abort = undefined
    this.last = undefined
  }
}

function asksSame({ request, kind }: ShownCall, there: CallThere): boolean {
  return kind === there.kind && contentOf(request) === contentOf(there.request)
}

function contentOf({ chaincode, function: fn, args, transient, isInit = false }: CallRequest): string {
  return JSON.stringify([chaincode, fn, args, transient, isInit])
}

const desks = new WeakMap<CallDesk, NetworkDesk>()

/** The one of a Call page's desk: it stays as long as that does. */
export function networkDeskOf(peer: PeerView, desk: CallDesk, chaincode: string): NetworkDesk {
  // An effect wouldn't follow state that it made itself.
  const found = desks.get(desk) ?? untrack(() => new NetworkDesk(peer, desk, chaincode))
  desks.set(desk, found)
  return found
}
