import type { LineOwner, ReadLogs } from '../../core/contract/log.ts'
import { latest } from '../parts/latest.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** Between two reads, however fast lines come. */
const PAUSE_MS = 300
/** A call that runs says later which transaction it is. */
const RUNNING_MS = 1_000

/** Lines that were seen are remembered, up to so many: one that is open may be out of sight. */
const MOST_REMEMBERED = 2_000

/** Of which calls the lines are that are seen. */
export class LineOwners {
  readonly #peer: PeerView
  #asked: ReadLogs | undefined
  #since: number | undefined
  /** By the number of the line. */
  #owners = $state.raw<Readonly<Record<number, LineOwner>>>({})
  #again: ReturnType<typeof setTimeout> | undefined
  readonly #read: () => void

  constructor(peer: PeerView) {
    this.#peer = peer
    this.#read = latest(() => this.#readOwners(), PAUSE_MS)
  }

  /** The lines that are seen now, as they are read from the log. `since`: when the peer started, which numbers them. */
  show(lines: ReadLogs, since: number | undefined): void {
    if (since !== this.#since) this.#owners = {}
    this.#since = since
    this.#asked = lines
    this.#read()
  }

  /** Undefined if it is of no call, or that isn't known yet. */
  of(seq: number): LineOwner | undefined {
    return this.#owners[seq]
  }

  close(): void {
    this.#asked = undefined
    clearTimeout(this.#again)
  }

  async #readOwners(): Promise<void> {
    const [asked, since] = [this.#asked, this.#since]
    if (asked === undefined || asked.limit <= 0) return
    clearTimeout(this.#again)
    try {
      const owners = await this.#peer.call('readLineOwners', asked)
      if (this.#asked === undefined || this.#since !== since) return
      const isFull = Object.keys(this.#owners).length > MOST_REMEMBERED
      const found = Object.fromEntries(owners.map((owner) => [owner.seq, owner]))
      this.#owners = isFull ? found : { ...this.#owners, ...found }
      if (owners.some(({ isRunning }) => isRunning)) this.#again = setTimeout(this.#read, RUNNING_MS)
    } catch (thrown) {
      // The lines themselves are there, and say what failed where they can't be read.
      console.warn('slipway: calls of lines not read', thrown)
    }
  }
}
