import { PeerError } from '../../contract/error.ts'
import type { IndexDefinition } from '../../mango/index-definition.ts'
import type { NamespaceUpdate, QueriedChannel } from '../state-queries.ts'
import type { WorldState } from '../world-state.ts'
import { isCopied, type ChannelDatabases } from './channel-databases.ts'
import type { Holds } from './holds.ts'
import { bytesOf, UNKNOWN, type Waiting } from './waiting-changes.ts'

/** Bytes of the blocks that wait for CouchDB; beyond that they are dropped and read from the ledger later. */
const MAX_WAITING_BYTES = 32 << 20
/** Documents of the state compared or written at a time. */
const CHUNK = 1000

/** A query that waits for its height. */
interface Waiter {
  height: number
  resolve: () => void
  reject: (failure: PeerError) => void
}

/**
 * Keeps a channel's documents in CouchDB in step with the ledger. Blocks are copied one after another in the background;
 * blocks missed before a start or while CouchDB was away are made up for from the ledger's state.
 */
export class CouchMirror {
  readonly #channel: QueriedChannel
  readonly #databases: ChannelDatabases
  readonly #connect: () => Promise<void>
  readonly #holds: Holds
  readonly #report: (error: PeerError | undefined) => void
  /** Number of blocks that the documents show; undefined: unknown, so they must be compared. */
  #applied: number | undefined
  /** How often the channel had been taken to another block when the documents were as they are. */
  #moves: number
  /** Moves that the documents don't show yet. */
  #jumpsWaiting = 0
  /** Changes with each move, before and after it: what began before must not ask CouchDB any more. */
  jumps = 0
  #waiting: Waiting[] = []
  #waitingBytes = 0
  readonly #indexes = new Map<string, readonly IndexDefinition[]>()
  readonly #changedAt = new Map<string, number>()
  readonly #waiters = new Set<Waiter>()
  #working = false
  #failed = false

  /**
   * `connect` checks that a suitable CouchDB answers. `report` is called once with the error that stopped the copying,
   * and with undefined when it continues.
   */
  constructor(parts: {
    channel: QueriedChannel
    databases: ChannelDatabases
    connect: () => Promise<void>
    holds: Holds
    report: (error: PeerError | undefined) => void
  }) {
    this.#channel = parts.channel
    this.#databases = parts.databases
    this.#connect = parts.connect
    this.#holds = parts.holds
    this.#report = parts.report
    this.#moves = parts.channel.moves()
    this.#go()
  }

  committed(height: number, updates: NamespaceUpdate[]): void {
    this.#wait({ height, updates })
  }

  /** The channel is being taken to another block. */
  jumping(): void {
    this.jumps++
    this.#jumpsWaiting++
  }

  /** It has been, for the `moves`th time. `updates` undefined: anything may have changed. */
  jumped(height: number, updates: readonly NamespaceUpdate[] | undefined, moves: number): void {
    this.jumps++
    if (updates !== undefined) return this.#wait({ height, updates, moves })
    // In its turn all documents are compared.
    this.#wait({ height, updates: [], moves: UNKNOWN })
  }

  /** It couldn't be. */
  stayed(): void {
    this.#jumpsWaiting--
    this.#progressed()
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting)
    this.#waitingBytes += bytesOf(waiting)
    if (this.#waitingBytes > MAX_WAITING_BYTES && !this.#working) this.#forget()
    this.#go()
  }

  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void {
    this.#indexes.set(namespace, indexes)
    this.#go()
  }

  /** Whether CouchDB's documents of the namespace may be newer than this height. */
  changedAfter(namespace: string, height: number): boolean {
    return (this.#changedAt.get(namespace) ?? 0) > height
  }

  /**
   * Resolves as soon as the documents and indexes show this height.
   * @throws PeerError the error that stopped the copying
   */
  reach(height: number): Promise<void> {
    if (this.#shows(height)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiters.add({ height, resolve, reject })
      this.#go()
    })
  }

  #shows(height: number): boolean {
    if (this.#applied === undefined || this.#jumpsWaiting > 0) return false
    return this.#applied >= height && this.#indexes.size === 0
  }

  #progressed(): void {
    for (const waiter of this.#waiters) {
      if (!this.#shows(waiter.height)) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  #forget(): void {
    this.#applied = undefined
    this.#jumpsWaiting -= this.#waiting.filter(({ moves }) => moves !== undefined).length
    this.#waiting = []
    this.#waitingBytes = 0
  }

  /** Starts copying unless it is already under way. */
  #go(): void {
    if (this.#working) return
    this.#working = true
    void this.#copy().then(
      () => {
        this.#working = false
        if (this.#failed) this.#report(undefined)
        this.#failed = false
        // Work that arrived just as it ended.
        if (this.#waiting.length + this.#indexes.size > 0) this.#go()
      },
      (error: unknown) => {
        const failure = PeerError.from(error)
        this.#working = false
        // Half-done work is compared again.
        this.#forget()
        if (!this.#failed && failure.code !== 'LEDGER_CLOSED') this.#report(failure)
        this.#failed = true
        for (const { reject } of this.#waiters) reject(failure)
        this.#waiters.clear()
      },
    )
  }

  async #copy(): Promise<void> {
    // Taken at once: simulations under way began no later, and later ones see each block in its turn.
    const snapshot = this.#applied === undefined ? this.#channel.snapshot() : undefined
    // It shows all that waits.
    if (snapshot !== undefined) this.#forget()
    try {
      await this.#connect()
      if (snapshot !== undefined) await this.#catchUp(snapshot)
    } finally {
      snapshot?.close()
    }
    for (;;) {
      const [namespace, indexes] = this.#indexes.entries().next().value ?? []
      if (namespace !== undefined && indexes !== undefined) {
        await this.#applyIndexes(namespace, indexes)
        continue
      }
      const next = this.#waiting[0]
      if (next === undefined) return
      if (next.moves === UNKNOWN) {
        this.#forget()
        return this.#copy()
      }
      if (next.moves !== undefined || next.height > (this.#applied ?? 0)) await this.#copyBlock(next)
      this.#waiting.shift()
      this.#waitingBytes -= bytesOf(next)
      if (next.moves !== undefined) this.#jumpsWaiting--
      this.#progressed()
    }
  }

  async #applyIndexes(namespace: string, indexes: readonly IndexDefinition[]): Promise<void> {
    try {
      await (await this.#databases.database(namespace)).setIndexes(indexes)
    } catch (error) {
      // As in Fabric, an index that CouchDB refuses leaves everything else in use.
      if (!(error instanceof PeerError) || error.code !== 'COUCHDB_REFUSED') throw error
      this.#report(PeerError.from(error))
    }
    // Unless they were replaced meanwhile.
    if (this.#indexes.get(namespace) === indexes) this.#indexes.delete(namespace)
    this.#progressed()
  }

  async #copyBlock({ height, updates, moves = this.#moves }: Waiting): Promise<void> {
    // What began before a move is refused, so nothing waits for it.
    if (moves === this.#moves) await this.#holds.released(height)
    else this.#changedAt.clear()
    for (const { namespace } of updates) this.#changedAt.set(namespace, height)
    await this.#databases.apply(updates)
    await this.#databases.recordSavepoint(height, moves)
    this.#moves = moves
    this.#applied = height
    this.#progressed()
  }

  /** Everything that changed since the savepoint, from one snapshot of the state. */
  async #catchUp({ state, height, moves }: ReturnType<QueriedChannel['snapshot']>): Promise<void> {
    const { height: from, moves: shown } = await this.#databases.open(moves)
    if (moves !== this.#moves) this.#changedAt.clear()
    if (from !== height || shown !== moves) {
      await this.#holds.released(height)
      for (const namespace of await this.#channel.namespaces()) {
        if (!isCopied(namespace)) continue
        this.#changedAt.set(namespace, height)
        await this.#copyNamespace(namespace, state, from)
      }
      await this.#databases.sweep((namespace, key) => state.get(namespace, key) !== undefined)
      await this.#databases.recordSavepoint(height, moves)
    }
    this.#moves = moves
    this.#applied = height
    this.#progressed()
  }

  async #copyNamespace(namespace: string, state: WorldState, from: number): Promise<void> {
    const entries = state.scan(namespace, '', '')
    try {
      let chunk: NamespaceUpdate[] = []
      for (let entry = await entries.next(); entry !== undefined; entry = await entries.next()) {
        if (entry.version.block >= from) chunk.push({ namespace, ...entry })
        if (chunk.length < CHUNK) continue
        await this.#databases.apply(chunk)
        chunk = []
      }
      await this.#databases.apply(chunk)
    } finally {
      await entries.close()
    }
  }
}
