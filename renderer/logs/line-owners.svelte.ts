import type { LineOwner, ReadLogs } from '../../core/contract/log.ts'
import { latest } from '../parts/latest.ts'
import type { PeerView } from '../view/peer-view.svelte.ts'

/** Between two reads, however fast lines come. */
const PAUSE_MS = 300
/** A call that runs says later which transaction it is. */
const RUNNING_MS = 1_000

/** Lines that were seen are remembered, up to so many. */
const MOST_REMEMBERED = 2_000

/** Lines whose calls are to be known. */
interface Seen {
  /** How they are read from the log. */
  query: ReadLogs
  /** Their numbers, as far as they have been read. */
  seqs: readonly number[]
  /** The number of the line that is open, which may be out of sight. */
  opened: number | undefined
  /** When the peer started, which numbers them. */
  since: number | undefined
}

type Owners = Readonly<Record<number, LineOwner>>

/** Of which calls the lines are that are seen. */
export class LineOwners {
  readonly #peer: Pick<PeerView, 'call'>
  #seen: Seen | undefined
  #since: number | undefined
  /** By the number of the line. */
  #owners = $state.raw<Owners>({})
  #again: ReturnType<typeof setTimeout> | undefined
  readonly #read: () => void

  constructor(peer: Pick<PeerView, 'call'>) {
    this.#peer = peer
    this.#read = latest(() => this.#readOwners(), PAUSE_MS)
  }

  /** These lines are seen now. */
  show(seen: Seen): void {
    if (seen.since !== this.#since) this.#owners = {}
    this.#since = seen.since
    this.#seen = seen
    this.#read()
  }

  /** No line is seen any more, until `show` is called again. */
  stop(): void {
    this.#seen = undefined
    clearTimeout(this.#again)
  }

  /** Undefined if it is of no call, or that isn't known yet. */
  of(seq: number): LineOwner | undefined {
    return this.#owners[seq]
  }

  async #readOwners(): Promise<void> {
    const seen = this.#seen
    if (seen === undefined || seen.query.limit <= 0) return
    clearTimeout(this.#again)
    try {
      const owners = await this.#peer.call('readLineOwners', seen.query)
      if (this.#seen === undefined || this.#since !== seen.since) return
      this.#owners = updated(this.#owners, owners, seen)
      if (owners.some(({ isRunning }) => isRunning)) this.#again = setTimeout(this.#read, RUNNING_MS)
    } catch (thrown) {
      // The lines themselves are there, and say what failed where they can't be read.
      console.warn('slipway: calls of lines not read', thrown)
    }
  }
}

/** A line that was of a call may turn out to be of none: then the answer doesn't name it. */
function updated(before: Owners, owners: readonly LineOwner[], { seqs, opened }: Seen): Owners {
  const isFull = Object.keys(before).length > MOST_REMEMBERED
  // Where lines came or went since, the answer may begin at a later one.
  const first = Math.min(...owners.map(({ seq }) => seq))
  const answered = new Set(seqs.filter((seq) => owners.length === 0 || seq >= first))
  const kept = Object.entries(before).filter(([key]) => {
    const seq = Number(key)
    return !answered.has(seq) && (!isFull || seq === opened)
  })
  return Object.fromEntries([...kept, ...owners.map((owner) => [owner.seq, owner] as const)])
}
