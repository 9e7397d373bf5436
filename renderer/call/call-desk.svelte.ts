import type { CallRecord, CallRequest } from '../../core/contract/call.ts'
import type { ContractMetadata } from '../../core/contract/contract-metadata.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { PeerError } from '../../core/contract/error.ts'
import { latest } from '../parts/latest.ts'
import { failureOf } from '../parts/failure.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import { Draft } from './draft.svelte.ts'
import { type CallableFunction, callableFunctions, learnedFunctions } from './functions.ts'

/** A call whose outcome is shown; `id` once it is known under which number it was recorded. */
export interface ShownCall {
  id?: number
  request: CallRequest
  kind: 'submit' | 'evaluate'
  at: number
  pinned: boolean
  /** Who called, once it is known. */
  identity?: string
  outcome: CallRecord['outcome']
}

const RECENT = 60

/** What the call screen of one chaincode works on: its functions, the draft of a call, and the calls made. */
export class CallDesk {
  readonly #peer: PeerView
  readonly #chaincode: string
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up when a function is opened, never shown
  readonly #drafts = new Map<string, Draft>()
  metadata = $state.raw<ContractMetadata | undefined>()
  /** Whether the contract was asked, and why it did not answer. */
  asked = $state(false)
  failure = $state.raw<PeerErrorData | undefined>()
  calls = $state.raw<CallRecord[]>([])
  draft = $state.raw(new Draft(undefined, {}))
  shown = $state.raw<ShownCall | undefined>()
  #running = $state.raw<AbortController | undefined>()

  /** Who calls; undefined: the peer's default identity. The last choice is kept for each chaincode. */
  identity = $state<string | undefined>()

  /** Where to call, of several channels; undefined: the chaincode's own. */
  channel = $state<string | undefined>()

  readonly readCalls: () => void

  constructor(peer: PeerView, chaincode: string) {
    this.#peer = peer
    this.#chaincode = chaincode
    this.identity = localStorage.getItem(`slipway.identity.${chaincode}`) ?? undefined
    this.readCalls = latest(async () => {
      try {
        this.calls = await peer.call('readCalls', { limit: RECENT, chaincode })
      } catch (thrown) {
        // Asked again when the next call is recorded or the connection is back.
        console.warn('slipway: calls not read', thrown)
      }
    }, 60)
  }

  get functions(): CallableFunction[] {
    return this.metadata === undefined ? [] : callableFunctions(this.metadata)
  }

  /** Calls made before of functions that the contract does not describe. */
  get learned(): CallRecord[] {
    return learnedFunctions(this.calls, this.functions)
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** Ask the contract what it offers. A draft is kept where its function is still the same. */
  async readContract(): Promise<void> {
    try {
      this.metadata = await this.#peer.call('readContract', { name: this.#chaincode })
      this.failure = undefined
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
    this.asked = true
    const now = this.functions.find((fn) => fn.callName === this.draft.name)
    if (JSON.stringify(now?.parameters) !== JSON.stringify(this.draft.fn?.parameters))
      this.#drafts.delete(this.draft.name)
    if (this.draft.name === '' && this.functions[0] !== undefined) this.open(this.functions[0].callName)
    else if (now !== undefined && !this.#drafts.has(this.draft.name)) this.open(this.draft.name)
  }

  /** Go on writing the call of a function; the empty name is any other function. */
  open(name: string): Draft {
    const fn = this.functions.find((one) => one.callName === name)
    let draft = this.#drafts.get(name)
    if (draft?.fn === undefined && (draft === undefined || fn !== undefined)) {
      draft = new Draft(fn, this.metadata?.schemas ?? {})
      const before = fn === undefined ? this.learned.find((call) => call.request.function === name) : undefined
      if (before !== undefined) draft.fill(before.request, before.kind)
      else if (fn === undefined) draft.name = name
      this.#drafts.set(name, draft)
    }
    this.draft = draft
    return draft
  }

  /** Write a call again that was made before. */
  edit(call: Pick<ShownCall, 'request' | 'kind'>): void {
    const { request } = call
    if (request.identity !== undefined) this.callAs(request.identity)
    this.channel = request.channel
    const fn = this.functions.find((one) => one.callName === request.function)
    const fits = fn?.parameters.length === request.args.length && request.args.every(isText)
    const draft = new Draft(fits ? fn : undefined, this.metadata?.schemas ?? {})
    draft.fill(request, call.kind)
    this.#drafts.set(request.function, draft)
    this.draft = draft
  }

  show(call: CallRecord): void {
    this.shown = { ...call }
  }

  async send(request: CallRequest, kind: 'submit' | 'evaluate'): Promise<void> {
    if (this.#running !== undefined) return
    const running = new AbortController()
    this.#running = running
    const at = Date.now()
    const call: ShownCall = { request, kind, at, pinned: false, outcome: { state: 'running' } }
    this.shown = call
    try {
      const result = await this.#peer.call(kind, request, running.signal)
      this.shown = { ...call, id: result.callId, identity: result.identity, outcome: { state: 'done', result } }
    } catch (thrown) {
      const error = PeerError.from(thrown).toJSON()
      this.shown = { ...call, outcome: { state: 'failed', error, durationMs: Date.now() - at } }
    } finally {
      this.#running = undefined
    }
  }

  /** Make the calls from now on as this one; the empty text is the default one. */
  callAs(identity: string): void {
    this.identity = identity === '' ? undefined : identity
    const key = `slipway.identity.${this.#chaincode}`
    if (this.identity === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, identity)
  }

  cancel(): void {
    this.#running?.abort()
  }

  async pin(id: number, pinned: boolean): Promise<void> {
    await this.#peer.call('pinCall', { id, pinned })
    if (this.shown?.id === id) this.shown = { ...this.shown, pinned }
    this.readCalls()
  }
}

function isText(argument: string | { base64: string }): boolean {
  return typeof argument === 'string'
}
