import type { ChainPlace, CommittedEvent, EventsPage, ReadEvents } from '../../core/contract/blocks.ts'
import type { PeerErrorData } from '../../core/contract/error.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import { failureOf } from '../parts/failure.ts'
import { latest } from '../parts/latest.ts'

const PAGE = 200
const NEAR_END = 40

/** Which events to show. */
export interface EventQuery {
  channel: string
  chaincode?: string | undefined
  /** Part of the name. */
  name?: string | undefined
}

/** Whose events they are: this peer's, or a network's. */
export interface EventReader {
  call(name: 'readEvents', args: ReadEvents): Promise<EventsPage>
}

/** The events of a channel, newest first: older ones as they are scrolled to, newer ones with each block. */
export class EventPages {
  readonly #peer: EventReader
  #query: EventQuery | undefined
  #moves = 0
  #next: ChainPlace | undefined
  events = $state.raw<CommittedEvent[]>([])
  /** Whether the peer has looked through all blocks. */
  complete = $state(false)
  read = $state(false)
  failure = $state.raw<PeerErrorData | undefined>()
  readonly refresh: () => void
  readonly readOn: () => void

  constructor(peer: EventReader) {
    this.#peer = peer
    this.refresh = latest(() => this.#readNewer(), 80)
    this.readOn = latest(() => this.#readOlder())
  }

  /**
   * Show these events. Asking for the same ones reads what has come since, unless `moves` changed: the channel was taken
   * to another block.
   */
  ask(query: EventQuery, moves: number): void {
    const { channel, chaincode, name } = this.#query ?? {}
    if (channel !== query.channel || chaincode !== query.chaincode || name !== query.name || moves !== this.#moves) {
      this.#query = query
      this.#moves = moves
      this.events = []
      this.#next = undefined
      this.complete = false
      this.read = false
    }
    this.refresh()
  }

  /** Read on where the list shows what is near the end of what has been read. `end`: after the last row shown. */
  readNear(end: number): void {
    if (!this.complete && end > this.events.length - NEAR_END) this.readOn()
  }

  async #readNewer(): Promise<void> {
    const query = this.#query
    const newest = this.events[0]
    if (query === undefined) return
    try {
      const fresh: CommittedEvent[] = []
      let before: ChainPlace | undefined
      for (;;) {
        const page = await this.#page(query, before)
        if (this.#query !== query) return
        const known = newest === undefined ? -1 : page.events.findIndex((event) => !isAfter(event, newest))
        fresh.push(...(known < 0 ? page.events : page.events.slice(0, known)))
        if (!this.read) this.#end(page.next)
        before = page.next
        // Without events so far, older ones are read when they are scrolled to.
        if (newest === undefined || known >= 0 || before === undefined || !isAfter(before, newest)) break
      }
      if (fresh.length > 0) this.events = [...fresh, ...this.events]
      this.failure = undefined
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
    this.read = true
    if (this.events.length < PAGE / 2) this.readOn()
  }

  async #readOlder(): Promise<void> {
    const query = this.#query
    const before = this.#next
    if (query === undefined || before === undefined) return
    try {
      const page = await this.#page(query, before)
      if (this.#query !== query || this.#next !== before) return
      this.events = [...this.events, ...page.events]
      this.#end(page.next)
      // A long stretch without events is passed over in several reads.
      if (page.events.length === 0 && page.next !== undefined) this.readOn()
    } catch (thrown) {
      this.failure = failureOf(thrown)
    }
  }

  #page(query: EventQuery, before: ChainPlace | undefined) {
    return this.#peer.call('readEvents', withoutUndefined({ ...query, before, limit: PAGE }))
  }

  #end(next: ChainPlace | undefined): void {
    this.#next = next
    this.complete = next === undefined
  }
}

function isAfter(a: ChainPlace, b: ChainPlace): boolean {
  return a.block > b.block || (a.block === b.block && a.tx > b.tx)
}
