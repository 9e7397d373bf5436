import type { StateEntry } from '../../core/contract/world-state.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { failureOf } from '../parts/failure.ts'
import { latest } from '../parts/latest.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

const PAGE = 500
const LARGEST = 1_000
const COMPOSITE = '\u0000'

interface Query {
  channel: string
  namespace: string
  /** One of the namespace's collections, and who looks at it; undefined: what is public. */
  collection?: { name: string; mspId: string } | undefined
  prefix: string
}

function isSame(a: Query | undefined, b: Query): boolean {
  return (
    a?.channel === b.channel &&
    a.namespace === b.namespace &&
    a.prefix === b.prefix &&
    a.collection?.name === b.collection?.name &&
    a.collection?.mspId === b.collection?.mspId
  )
}

/** The world state of a namespace, read page by page as it is scrolled, and anew when a block changes it. */
export class StatePages {
  readonly #peer: PeerView
  #query: Query | undefined
  /** Where to read on: which of the prefixes, and from which key. */
  #next: { part: number; from?: string } | undefined
  #wanted = PAGE
  entries = $state.raw<StateEntry[]>([])
  more = $state(false)
  read = $state(false)
  /** What is shown are hashes: who looks is no member of the collection. */
  hashed = $state(false)
  failure = $state.raw<PeerErrorData | undefined>()
  readonly refresh: () => void
  readonly readOn: () => void

  constructor(peer: PeerView) {
    this.#peer = peer
    this.refresh = latest(() => this.#readAll(), 80)
    this.readOn = latest(() => this.#readOn())
  }

  /** Show other keys. The same keys asked again are only read anew. */
  ask(query: Query): void {
    if (!isSame(this.#query, query)) this.#wanted = PAGE
    this.#query = query
    this.refresh()
  }

  async #readAll(): Promise<void> {
    const query = this.#query
    if (query === undefined) return
    try {
      const entries: StateEntry[] = []
      let next: { part: number; from?: string } | undefined = { part: 0 }
      let hashed = false
      while (next !== undefined && entries.length < this.#wanted) {
        const page = await this.#page(query, next, Math.min(LARGEST, this.#wanted - entries.length))
        entries.push(...page.entries)
        next = page.next
        hashed ||= page.hashed
      }
      // While this was read other keys may have been asked for: those are read next.
      if (this.#query !== query) return
      this.hashed = hashed
      this.#take(entries, next)
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
    this.read = true
  }

  async #readOn(): Promise<void> {
    const query = this.#query
    const next = this.#next
    if (query === undefined || next === undefined) return
    try {
      const page = await this.#page(query, next, PAGE)
      if (this.#query !== query || this.#next !== next) return
      this.#wanted = this.entries.length + page.entries.length
      this.#take([...this.entries, ...page.entries], page.next)
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
  }

  async #page(
    query: Query,
    at: { part: number; from?: string },
    limit: number,
  ): Promise<{ entries: StateEntry[]; hashed: boolean; next: { part: number; from?: string } | undefined }> {
    const parts = prefixes(query.prefix)
    const prefix = parts[at.part] ?? ''
    const page = await this.#peer.call('readState', {
      channel: query.channel,
      namespace: query.namespace,
      ...(query.collection === undefined ? {} : { collection: query.collection.name, mspId: query.collection.mspId }),
      limit,
      ...(prefix === '' ? {} : { prefix }),
      ...(at.from === undefined ? {} : { from: at.from }),
    })
    const hashed = page.hashed ?? false
    if (page.next !== undefined) return { entries: page.entries, hashed, next: { part: at.part, from: page.next } }
    return { entries: page.entries, hashed, next: at.part + 1 < parts.length ? { part: at.part + 1 } : undefined }
  }

  #take(entries: StateEntry[], next: { part: number; from?: string } | undefined): void {
    this.entries = entries
    this.#next = next
    this.more = next !== undefined
    this.failure = undefined
    // Whatever is left of the keys that begin so comes after an empty part at once.
    if (entries.length === 0 && next !== undefined) this.readOn()
  }
}

/** What is typed may begin a composite key's object type or a plain key; composite keys come first in key order. */
function prefixes(typed: string): string[] {
  return typed === '' ? [''] : [COMPOSITE + typed.replaceAll(/\s*[⟨·⟩]\s*/g, COMPOSITE), typed]
}
