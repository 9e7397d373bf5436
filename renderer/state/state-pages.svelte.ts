import type { StateEntry, StatePage } from '../../core/contract/world-state.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { failureOf } from '../parts/failure.ts'
import { latest } from '../parts/latest.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'
import type { FindBy } from '../view/state-choice.svelte.ts'

const PAGE = 500
const LARGEST = 1_000
const COMPOSITE = '\u0000'

export interface Find {
  by: FindBy
  text: string
}

/** A key to read from in one of the prefixes; without a key, its first. */
interface Place {
  part: number
  from: string | undefined
}

interface Page {
  entries: StateEntry[]
  hashed: boolean
  next: Place | undefined
  report: StatePage['report']
}

export interface Query {
  channel: string
  namespace: string
  /** One of the namespace's collections and the organisation that views it; undefined for the public state. */
  collection?: { name: string; mspId: string } | undefined
  /** The block after which the state is read as it was; undefined: as it is now. */
  after?: number | undefined
  /** What is looked for: how keys begin, what keys or values contain, or a rich query. */
  find: Find
}

/** Whether the same keys are asked for. */
export function isSame(a: Query | undefined, b: Query): boolean {
  return (
    a?.channel === b.channel &&
    a.namespace === b.namespace &&
    a.after === b.after &&
    a.find.by === b.find.by &&
    a.find.text === b.find.text &&
    a.collection?.name === b.collection?.name &&
    a.collection?.mspId === b.collection?.mspId
  )
}

/** The world state of a namespace, read page by page as it is scrolled, and again after each block. */
export class StatePages {
  readonly #peer: PeerView
  #query: Query | undefined
  /** Other keys are shown: nobody needs what is still being read. */
  #over = new AbortController()
  /** Where to read on: which prefix, from which key. */
  #next: Place | undefined
  #wanted = PAGE
  entries = $state.raw<StateEntry[]>([])
  more = $state(false)
  read = $state(false)
  /** What the listed keys answer, once all that is wanted of them is read. */
  answered = $state.raw<Query | undefined>()
  /** Whether hashes are shown, since the organisation isn't a member of the collection. */
  hashed = $state(false)
  /** How a rich query was answered. */
  report = $state.raw<StatePage['report']>()
  /** Whether keys are looked through that may take a while. */
  searching = $state(false)
  failure = $state.raw<PeerErrorData | undefined>()
  readonly refresh: () => void
  readonly readOn: () => void

  constructor(peer: PeerView) {
    this.#peer = peer
    this.refresh = latest(() => this.#readAll(), 80)
    this.readOn = latest(() => this.#readOn())
  }

  /** Every key that is asked for, page by page. */
  async *all(query: Query): AsyncGenerator<{ entries: StateEntry[]; hashed: boolean }> {
    let next: Place | undefined = { part: 0, from: undefined }
    while (next !== undefined) {
      const page: Page = await this.#page(query, next, LARGEST)
      yield page
      next = page.next
    }
  }

  /** Show other keys. Asking for the same keys reads them again. */
  ask(query: Query): void {
    if (!isSame(this.#query, query)) {
      this.#over.abort()
      this.#over = new AbortController()
      this.#wanted = PAGE
      this.searching = query.find.by !== 'prefix'
      // Keys of another moment would pass for those of this one.
      if (this.#query?.after !== query.after) this.#forget()
    }
    this.#query = query
    this.refresh()
  }

  #forget(): void {
    this.entries = []
    this.more = false
    this.read = false
    this.failure = undefined
  }

  async #readAll(): Promise<void> {
    const query = this.#query
    if (query === undefined) return
    try {
      const entries: StateEntry[] = []
      let next: Place | undefined = { part: 0, from: undefined }
      let hashed = false
      while (next !== undefined && entries.length < this.#wanted) {
        const page = await this.#page(query, next, Math.min(LARGEST, this.#wanted - entries.length), this.#over.signal)
        entries.push(...page.entries)
        next = page.next
        hashed ||= page.hashed
        if (this.#query !== query) return
        this.report = page.report
        // What a search has found so far is shown while it goes on.
        if (this.searching && next !== undefined) {
          this.entries = entries.slice()
          this.read = true
        }
      }
      // Meanwhile other keys may have been asked for; those are read next.
      if (this.#query !== query) return
      this.hashed = hashed
      this.#take(entries, next)
      this.answered = query
    } catch (thrown) {
      if (this.#query !== query) return
      this.failure = failureOf(thrown)
    }
    this.searching = false
    this.read = true
  }

  async #readOn(): Promise<void> {
    const query = this.#query
    const next = this.#next
    if (query === undefined || next === undefined) return
    try {
      const page = await this.#page(query, next, PAGE, this.#over.signal)
      if (this.#query !== query || this.#next !== next) return
      this.#wanted = this.entries.length + page.entries.length
      this.#take([...this.entries, ...page.entries], page.next)
    } catch (thrown) {
      if (this.#query === query) this.failure = failureOf(thrown)
    }
  }

  async #page(query: Query, at: Place, limit: number, signal?: AbortSignal): Promise<Page> {
    const { by, text } = query.find
    const parts = by === 'prefix' ? prefixes(text) : ['']
    const prefix = parts[at.part] ?? ''
    const page = await this.#peer.call(
      'readState',
      withoutUndefined({
        channel: query.channel,
        namespace: query.namespace,
        collection: query.collection?.name,
        mspId: query.collection?.mspId,
        // After a block there is one block more than its number.
        point: query.after === undefined ? undefined : String(query.after + 1),
        prefix: prefix === '' ? undefined : prefix,
        contains: by === 'contains' && text !== '' ? text : undefined,
        query: by === 'query' && text !== '' ? text : undefined,
        from: at.from,
        limit,
      }),
      signal,
    )
    const hashed = page.hashed ?? false
    const { entries, report } = page
    if (page.next !== undefined) return { entries, hashed, report, next: { part: at.part, from: page.next } }
    const nextPart = at.part + 1 < parts.length ? { part: at.part + 1, from: undefined } : undefined
    return { entries, hashed, report, next: nextPart }
  }

  #take(entries: StateEntry[], next: Place | undefined): void {
    this.entries = entries
    this.#next = next
    this.more = next !== undefined
    this.failure = undefined
    // An empty first part must not hide the keys of the next.
    if (entries.length === 0 && next !== undefined) this.readOn()
  }
}

/** The typed text may begin a composite key's object type or a plain key. Composite keys come first in key order. */
function prefixes(typed: string): string[] {
  return typed === '' ? [''] : [COMPOSITE + typed.replaceAll(/\s*[⟨·⟩]\s*/g, COMPOSITE), typed]
}
