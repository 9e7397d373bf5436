import type { CallRecord, CallRequest } from '../../core/contract/call.ts'
import type { ContractMetadata } from '../../core/contract/contract-metadata.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { PeerError } from '../../core/contract/error.ts'
import { latest } from '../parts/latest.ts'
import { failureOf } from '../parts/failure.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import { Draft } from './draft.svelte.ts'
import { type CallableFunction, callableFunctions, learnedFunctions, wroteNothing } from './functions.ts'

/** A call whose outcome is shown. `id` is set once the call is recorded. */
export interface ShownCall {
  id?: number | undefined
  request: CallRequest
  kind: 'submit' | 'evaluate'
  at: number
  pinned: boolean
  /** Who called, once known. */
  identity?: string
  outcome: CallRecord['outcome']
}

const RECENT = 60

/** The work on one chaincode's Call page: its functions, the call being drafted, and past calls. */
export class CallDesk {
  readonly #peer: PeerView
  readonly #chaincode: string
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up when a function is opened, never shown
  readonly #drafts = new Map<string, Draft>()
  metadata = $state.raw<ContractMetadata | undefined>()
  /** Whether the contract was asked for its functions; `failure` if it didn't answer. */
  asked = $state(false)
  failure = $state.raw<PeerErrorData | undefined>()
  calls = $state.raw<CallRecord[]>([])
  draft = $state.raw(new Draft(undefined, {}))
  shown = $state.raw<ShownCall | undefined>()
  #running = $state.raw<AbortController | undefined>()

  /** Who calls; undefined for the peer's default identity. The last choice is kept per chaincode. */
  identity = $state<string | undefined>()

  /** The channel to call on; undefined for the chaincode's own. */
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
        // Read again when the next call is recorded or the connection is back.
        console.warn('slipway: calls not read', thrown)
      }
    }, 60)
  }

  get functions(): CallableFunction[] {
    return this.metadata === undefined ? [] : callableFunctions(this.metadata)
  }

  /** Past calls of functions that the contract doesn't describe. */
  get learned(): CallRecord[] {
    return learnedFunctions(this.calls, this.functions)
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** Read the contract's functions. A draft is kept if its function has not changed. */
  async readContract(): Promise<void> {
    try {
      this.metadata = await this.#peer.call('readContract', { name: this.#chaincode })
      this.failure = undefined
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
    this.asked = true
    const current = this.functions.find((fn) => fn.callName === this.draft.name)
    if (JSON.stringify(current?.parameters) !== JSON.stringify(this.draft.fn?.parameters))
      this.#drafts.delete(this.draft.name)
    if (this.draft.name === '' && this.functions[0] !== undefined) this.open(this.functions[0].callName)
    else if (current !== undefined && !this.#drafts.has(this.draft.name)) this.open(this.draft.name)
  }

  /** Continue the draft for a function; the empty name is the free-form draft. */
  open(name: string): Draft {
    const fn = this.functions.find((candidate) => candidate.callName === name)
    let draft = this.#drafts.get(name)
    if (draft?.fn === undefined && (draft === undefined || fn !== undefined)) {
      draft = new Draft(fn, this.metadata?.schemas ?? {})
      const past = fn === undefined ? this.learned.find((call) => call.request.function === name) : undefined
      if (past !== undefined) draft.fill(past.request, past.kind)
      else if (fn === undefined) draft.name = name
      if (wroteNothing(this.calls, name)) draft.readOnly()
      this.#drafts.set(name, draft)
    }
    this.draft = draft
    return draft
  }

  /** Edit a past call as a new draft. */
  edit(call: Pick<ShownCall, 'request' | 'kind'>): void {
    const { request } = call
    if (request.identity !== undefined) this.callAs(request.identity)
    this.channel = request.channel
    const fn = this.functions.find((candidate) => candidate.callName === request.function)
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
      if (result.hints.some(({ name }) => name === 'wrote-nothing')) this.#drafts.get(request.function)?.readOnly()
    } catch (thrown) {
      const error = PeerError.from(thrown).toJSON()
      this.shown = { ...call, outcome: { state: 'failed', error, durationMs: Date.now() - at } }
    } finally {
      this.#running = undefined
    }
  }

  /** Call as this identity from now on; the empty text is the default identity. */
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
