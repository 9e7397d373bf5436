import type { CallRecord, CallRequest } from '../../core/contract/call.ts'
import type { ContractMetadata } from '../../core/contract/contract-metadata.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { PeerError } from '../../core/contract/error.ts'
import { latest } from '../parts/latest.ts'
import { failureOf } from '../parts/failure.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import { buildEnds } from './await-build.svelte.ts'
import { Caller } from './caller.svelte.ts'
import { Draft, type DraftContent } from './draft.svelte.ts'
import { Flights } from './flights.svelte.ts'
import { type CallableFunction, callableFunctions, learnedFunctions, wroteNothing } from './functions.ts'
import { readKept, writeKept } from './kept-desk.ts'
import { keyOfCall, newMark, type ShownCall } from './shown-call.ts'

const RECENT = 60
/** Two frames of a screen. */
const AFTER_THE_FRAME_MS = 34

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
  readonly #flights = new Flights()

  readonly caller: Caller

  /** The channel to call on; undefined for the chaincode's own. */
  channel = $state<string | undefined>()

  readonly readCalls: () => void

  readonly #key: string
  /** Drafts of before a reload, by function, until they are opened. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- looked up when a function is opened, never shown
  readonly #kept = new Map<string, DraftContent>()

  /** `key`: by which this window keeps the work on it. */
  constructor(peer: PeerView, chaincode: string, key: string) {
    this.#peer = peer
    this.#chaincode = chaincode
    this.#key = key
    this.caller = new Caller(key)
    this.#restore()
    this.readCalls = latest(async () => {
      try {
        this.calls = await peer.call('readCalls', { limit: RECENT, chaincode })
        this.#flights.land(({ request }) => hasEnded(this.#recorded(request.mark)))
        this.#knowShown()
        // A function may have been opened before its past calls were known.
        for (const [name, draft] of this.#drafts) if (wroteNothing(this.calls, name)) draft.readOnly()
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

  /** The calls that this window sent and that haven't ended, the newest first. */
  get flying(): ShownCall[] {
    return this.#flights.running
  }

  /** Past calls and those under way: pinned ones first, then the newest. */
  get recent(): ShownCall[] {
    const own = this.#flights.all
    const marks = own.map(({ request }) => request.mark)
    const all = [
      ...own,
      ...this.calls.filter(({ request }) => request.mark === undefined || !marks.includes(request.mark)),
    ]
    return all.toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || b.at - a.at)
  }

  isShown(call: ShownCall): boolean {
    return this.shown !== undefined && keyOfCall(this.shown) === keyOfCall(call)
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
      const kept = this.#kept.get(name)
      this.#kept.delete(name)
      const past = fn === undefined ? this.learned.find((call) => call.request.function === name) : undefined
      if (kept !== undefined) draft.restore(kept)
      else if (past !== undefined) draft.fill(past.request, past.kind)
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
    if (request.identity !== undefined) this.caller.become(request.identity)
    this.channel = request.channel
    const fn = this.functions.find((candidate) => candidate.callName === request.function)
    const fits = fn?.parameters.length === request.args.length && request.args.every(isText)
    const draft = new Draft(fits ? fn : undefined, this.metadata?.schemas ?? {})
    // What is edited stays what it was.
    if (wroteNothing(this.calls, request.function)) draft.readOnly()
    draft.fill(request, call.kind)
    this.#drafts.set(request.function, draft)
    this.draft = draft
  }

  show(call: ShownCall): void {
    this.shown = { ...call }
  }

  /** Send a call, beside those under way; after a build that is on its way, if one is named. */
  async send(request: CallRequest, kind: 'submit' | 'evaluate', awaits?: number): Promise<void> {
    const mark = newMark()
    let call: ShownCall = {
      request: { ...request, mark },
      kind,
      at: Date.now(),
      pinned: false,
      outcome: { state: 'running' },
    }
    const take = (more: Partial<ShownCall>): void => {
      call = { ...call, id: this.#recorded(mark)?.id, ...more }
      this.#flights.update(call)
      if (this.shown?.request.mark === mark) this.shown = call
    }
    const signal = this.#flights.start(call)
    this.shown = call
    this.caller.uses(request.identity)
    try {
      if (awaits !== undefined) {
        take({ awaits })
        await buildEnds(this.#peer, this.#chaincode, signal)
        take({ awaits: undefined, at: Date.now() })
      }
      const result = await this.#peer.call(kind, call.request, signal)
      take({ id: result.callId, identity: result.identity, outcome: { state: 'done', result } })
      if (result.hints.some(({ name }) => name === 'wrote-nothing')) this.#drafts.get(request.function)?.readOnly()
    } catch (thrown) {
      const error = PeerError.from(thrown).toJSON()
      take({ outcome: { state: 'failed', error, durationMs: Date.now() - call.at } })
    } finally {
      // The answer comes on screen first; sixty calls are as much work as it is.
      setTimeout(this.readCalls, AFTER_THE_FRAME_MS)
    }
  }

  #recorded(mark: string | undefined): CallRecord | undefined {
    return mark === undefined ? undefined : this.calls.find(({ request }) => request.mark === mark)
  }

  /** A call that is under way or has failed gets its id from the peer's record. */
  #knowShown(): void {
    const { shown } = this
    const record = this.#recorded(shown?.request.mark)
    if (shown === undefined || record === undefined || shown.id !== undefined) return
    this.shown = { ...shown, id: record.id, ...(record.identity === undefined ? {} : { identity: record.identity }) }
  }

  /** Keep drafts and result over a reload of this window. */
  keep(): void {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- written at once, never shown
    const drafts = new Map(this.#kept)
    for (const [name, draft] of this.#drafts) drafts.set(name, draft.content())
    const { draft, shown, channel } = this
    const { identity } = this.caller
    if (draft.name !== '') drafts.set(draft.name, draft.content())
    writeKept(this.#key, { drafts: [...drafts.values()], open: draft.name, call: shown?.id, identity, channel })
  }

  /** Show a recorded call's result; nothing if there is none. */
  async showRecorded(id: number): Promise<void> {
    if (this.shown?.id === id) return
    try {
      const record = await this.#peer.call('readCall', { id })
      if (record !== undefined) this.show(record)
    } catch (thrown) {
      console.warn('slipway: call not read', thrown)
    }
  }

  #restore(): void {
    const kept = readKept(this.#key)
    if (kept === undefined) return
    this.caller.become(kept.identity)
    this.channel = kept.channel
    for (const content of kept.drafts) this.#kept.set(content.name, content)
    // Free-form until the contract is read: then it gets its fields.
    const open = this.#kept.get(kept.open)
    if (open !== undefined) this.draft.restore(open)
    if (kept.call !== undefined) void this.showRecorded(kept.call)
  }

  /** Cancel a call that this window sent. */
  cancel(call: ShownCall): void {
    this.#flights.cancel(call)
  }

  async pin(id: number, pinned: boolean): Promise<void> {
    await this.#peer.call('pinCall', { id, pinned })
    if (this.shown?.id === id) this.shown = { ...this.shown, pinned }
    this.readCalls()
  }
}

function hasEnded(record: CallRecord | undefined): boolean {
  return record !== undefined && record.outcome.state !== 'running'
}

function isText(argument: string | { base64: string }): boolean {
  return typeof argument === 'string'
}
