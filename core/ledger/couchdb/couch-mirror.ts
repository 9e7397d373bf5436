import { PeerError } from '../../contract/error.ts'
import type { IndexDefinition } from '../../mango/index-definition.ts'
import type { NamespaceUpdate, QueriedChannel } from '../state-queries.ts'
import type { WorldState } from '../world-state.ts'
import { isCopied, type ChannelDatabases } from './channel-databases.ts'
import type { Holds } from './holds.ts'

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

interface Waiting {
  height: number
  updates: NamespaceUpdate[]
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
    this.#go()
  }

  committed(height: number, updates: NamespaceUpdate[]): void {
    this.#waiting.push({ height, updates })
    this.#waitingBytes += updates.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0)
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
    return this.#applied !== undefined && this.#applied >= height && this.#indexes.size === 0
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
      if (next.height > (this.#applied ?? 0)) await this.#copyBlock(next)
      this.#waiting.shift()
      this.#waitingBytes -= next.updates.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0)
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

  async #copyBlock({ height, updates }: Waiting): Promise<void> {
    await this.#holds.released(height)
    for (const { namespace } of updates) this.#changedAt.set(namespace, height)
    await this.#databases.apply(updates)
    await this.#databases.recordSavepoint(height)
    this.#applied = height
    this.#progressed()
  }

  /** Everything that changed since the savepoint, from one snapshot of the state. */
  async #catchUp({ state, height }: ReturnType<QueriedChannel['snapshot']>): Promise<void> {
    const from = await this.#databases.open()
    if (from !== height) {
      await this.#holds.released(height)
      for (const namespace of await this.#channel.namespaces()) {
        if (!isCopied(namespace)) continue
        this.#changedAt.set(namespace, height)
        await this.#copyNamespace(namespace, state, from)
      }
      await this.#databases.sweep((namespace, key) => state.get(namespace, key) !== undefined)
      await this.#databases.recordSavepoint(height)
    }
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
