import { PeerError } from '../../contract/error.ts'
import { now } from '../../facts/clock.ts'
import { copiedStore } from '../copied-store.ts'
import { decodeSavepoint } from '../savepoint.ts'
import type { StoreOperation } from '../store-entries.ts'
import type { Store, StoreSnapshot } from '../store.ts'
import { newVersions, type Versions } from '../versions.ts'
import type { Path } from './block-tree.ts'
import { readCheckpoints } from './branches.ts'
import { readJournal } from './journal.ts'
import type { MovedChannel } from './move.ts'
import { pathOfPoint, walkAside, walkBack, type Moment } from './points.ts'

/** The state at a point of a channel, whatever is committed meanwhile. Whoever opens it closes it. */
export interface PastState {
  /** The entries of the state are those of the point, all others as they are now. */
  store: Store
  /** Number of blocks of the point. */
  height: number
}

/** What blocks overwrote since a point, so that its next page needn't go back to it. */
interface Overwritten {
  /** Tells the point from others, and whether its channel was moved since. */
  of: string
  /** The blocks below this number were looked at. */
  below: number
  entries: Versions
  bytes: number
}

export interface PastLimits {
  /** Of keys and values that were overwritten since; they are held in memory. */
  bytes: number
  ms: number
}

const LIMITS: PastLimits = { bytes: 64 << 20, ms: 30_000 }

/**
 * Reads the state of a channel as it was at earlier points and on branches, without moving the channel. The first read
 * of a point costs what was written since; what it found is remembered until another point is read.
 */
export class PastStates {
  readonly #channel: MovedChannel & { channel: string }
  readonly #limits: PastLimits
  #last: Overwritten | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(channel: MovedChannel & { channel: string }, limits: PastLimits = LIMITS) {
    this.#channel = channel
    this.#limits = limits
  }

  /**
   * `point`: as compareStates takes it.
   * @throws PeerError REWIND_HEIGHT, REWIND_TOO_FAR, CHECKPOINT_UNKNOWN, BRANCH_UNKNOWN, PAST_STATE_FAR, LEDGER_READ; the
   * signal's reason
   */
  open(point: string, signal?: AbortSignal): Promise<PastState> {
    // One after another: each may take as much memory as the limit allows.
    const opened = this.#turn.then(() => this.#open(point, signal))
    this.#turn = opened.then(settled, settled)
    return opened
  }

  async #open(point: string, signal: AbortSignal | undefined): Promise<PastState> {
    const { channel, store, keys, undo } = this.#channel
    signal?.throwIfAborted()
    const checkpoints = await readCheckpoints(this.#channel)
    const base = store.snapshot()
    try {
      const get: Moment['get'] = (key) => store.get(key, base)
      const { height } = decodeSavepoint(get(keys.savepoint))
      const moment: Moment = { channel, height, get, keys, undo }
      const path = pathOfPoint(point, moment, checkpoints)
      const entries = await this.#overwritten(path, moment, signal)
      return this.#over(base, entries, path.fork + path.blocks.length)
    } catch (error) {
      base.close()
      throw error
    }
  }

  #over(base: StoreSnapshot, entries: Versions, height: number): PastState {
    return { store: copiedStore(this.#channel.store, { base, written: entries }), height }
  }

  async #overwritten(path: Path, moment: Moment, signal: AbortSignal | undefined): Promise<Versions> {
    const journal = readJournal(moment, moment.undo)
    const end = path.blocks.at(-1)?.hash ?? new Uint8Array()
    const of = [journal.rewinds, path.fork, Buffer.from(end).toString('hex')].join(' ')
    // In the middle of a move the same number of rewinds stands for several chains.
    const isSettled = journal.move === undefined
    const known = isSettled && this.#last?.of === of && this.#last.below <= moment.height ? this.#last : undefined
    const past = known ?? { of, below: path.fork, entries: newVersions(), bytes: 0 }
    const found = this.#newlyFound(past, moment)
    // Along a branch first: what stands there later came later.
    if (known === undefined) await walkAside(path, moment, found.visitLater, signal)
    await walkBack(moment, past.below, found.visitEarlier, signal)
    found.keep()
    if (isSettled) this.#last = past
    return past.entries
  }

  /** Gathers what wasn't known of a point, and adds it once all is there: the walk may be aborted. */
  #newlyFound(past: Overwritten, { channel, height }: Moment) {
    const aside = new Map<string, StoreOperation>()
    const chain = new Map<string, StoreOperation>()
    const until = now() + this.#limits.ms
    let { bytes } = past
    const add = (to: Map<string, StoreOperation>, found: Uint8Array, value: Uint8Array | undefined) => {
      // Copies, or a few bytes would keep a whole record.
      const key = Buffer.from(found)
      const name = key.toString('latin1')
      const before = to.get(name)
      bytes +=
        sizeOf(key, value) - (before === undefined ? 0 : sizeOf(key, before.type === 'put' ? before.value : undefined))
      to.set(name, value === undefined ? { type: 'del', key } : { type: 'put', key, value: Buffer.from(value) })
      const limit = bytes > this.#limits.bytes ? 'bytes' : now() > until ? 'time' : undefined
      if (limit !== undefined) throw new PeerError('PAST_STATE_FAR', { channel, limit })
    }
    return {
      visitLater: (key: Uint8Array, value: Uint8Array | undefined) => add(aside, key, value),
      visitEarlier: (key: Uint8Array, value: Uint8Array | undefined) => add(chain, key, value),
      keep() {
        const all = [...chain, ...aside].filter(([, { key }]) => past.entries.find(key, Infinity) === undefined)
        // Of a key that is in both, the one of the branch.
        past.entries.write([...new Map(all).values()])
        past.bytes = bytes
        past.below = Math.max(past.below, height)
      },
    }
  }
}

function settled(): void {}

/** Of maps, objects and buffers for one entry, about. */
const OVERHEAD = 400

function sizeOf(key: Uint8Array, value: Uint8Array | undefined): number {
  return OVERHEAD + key.length + (value?.length ?? 0)
}
