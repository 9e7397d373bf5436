import type { StateComparison } from '../contract/undo.ts'
import type { KeyVersion, ReadHistory, ReadState, StatePage } from '../contract/world-state.ts'
import type { IndexDefinition } from '../mango/index-definition.ts'
import { collectionStore } from '../privdata/collection-store.ts'
import type { Collection } from '../privdata/collection.ts'
import { parseDerived } from '../privdata/namespaces.ts'
import { Block, TxValidationCode } from '../protos/index.ts'
import { blockReads, hashOf, type BlockReads } from './block-reads.ts'
import { blockOperations, indexOperations, stateOperations } from './block-operations.ts'
import { setMetadata } from './block.ts'
import { encodeBytes } from './encoded-bytes.ts'
import { Expiries, schedule, unschedule, type DueExpiry } from './expiry-schedule.ts'
import { readHistory } from './history.ts'
import { ledgerKeys, type LedgerKeys } from './ledger-keys.ts'
import type { Ledger, TxSimulator } from './ledger.ts'
import { namespacesIn } from './namespaces.ts'
import { nextBlock, type BlockWriter } from './next-block.ts'
import { queriedChannel } from './queried-channel.ts'
import {
  expireOperations,
  keepOperations,
  purgeOperations,
  readPrivateSets,
  type BlockPrivateSet,
} from './private-sets-by-block.ts'
import { decodeSavepoint, type Savepoint } from './savepoint.ts'
import { readQueriedPage } from './queried-page.ts'
import { SharedView } from './shared-view.ts'
import type { QueriedChannel, StateQueries } from './state-queries.ts'
import { stateReads, type StateReads } from './state-reads.ts'
import type { Store } from './store.ts'
import { LevelTxSimulator } from './tx-simulator.ts'
import type { ValidatedBlock } from './validated-block.ts'
import { ChannelUndo } from './undo/channel-undo.ts'
import type { ComparedPoints } from './undo/compare-points.ts'
import { OpenSimulations } from './undo/open-simulations.ts'
import { undoKeys } from './undo/undo-keys.ts'
import type { WholeState } from './whole-state.ts'
import type { WorldState } from './world-state.ts'

/** What the ledger of a channel takes from its peer. */
export interface ChannelParts {
  /** Makes the engine of rich queries; undefined: the state database has none, as goleveldb. */
  queries: ((channel: QueriedChannel) => StateQueries) | undefined
  /** MSP ids of the channel's organisations. */
  organisations: () => readonly string[]
  /** Undefined: blocks are unsigned, for a ledger without identities. */
  blockWriter?: BlockWriter | undefined
  /** For tests: taking the channel to another block is cut into batches of about so many bytes. */
  moveBatchBytes?: number | undefined
}

/** One channel's part of the store. It comes into being with its first block. */
export class ChannelLedger implements Ledger {
  readonly channel: string
  readonly blocks: BlockReads
  readonly state: WorldState
  readonly undo: ChannelUndo
  readonly #store: Store
  readonly #keys: LedgerKeys
  readonly #view: SharedView
  readonly #expiries: Expiries
  readonly #queries: StateQueries | undefined
  readonly #organisations: () => readonly string[]
  readonly #reads: StateReads
  readonly #blockWriter: BlockWriter | undefined
  /** Private data of transactions whose block hasn't come yet, by transaction id. */
  readonly #transient = new Map<string, Uint8Array>()
  readonly #simulations = new OpenSimulations()
  #savepoint: Savepoint

  /** Throws LEDGER_READ. */
  constructor(channel: string, store: Store, { queries, organisations, blockWriter, moveBatchBytes }: ChannelParts) {
    this.channel = channel
    this.#keys = ledgerKeys(channel)
    this.#view = new SharedView(store, this.#keys)
    this.#store = this.#view.store
    this.#expiries = new Expiries(this.#store, this.#keys)
    this.state = this.#view.newest()
    this.#savepoint = decodeSavepoint(store.get(this.#keys.savepoint))
    this.undo = this.#newUndo(moveBatchBytes)
    this.#queries = queries?.(this.#queriedChannel())
    this.#organisations = organisations
    this.#reads = stateReads(
      { channel, store: this.#store, keys: this.#keys, undo: undoKeys(channel) },
      {
        collections: (namespace) => this.collections(namespace),
        query: (page) => readQueriedPage(this.#queriedChannel(), this.#queries, page),
      },
    )
    this.#blockWriter = blockWriter
    this.blocks = blockReads(store, this.#keys, {
      savepoint: () => this.#savepoint,
      moves: () => this.undo.moves(),
    })
  }

  height(): number {
    return this.#savepoint.height
  }

  hasTransaction(txId: string): boolean {
    return this.#store.get(this.#keys.transaction(txId)) !== undefined
  }

  newTxSimulator(txId: string, mspId?: string): TxSimulator {
    const channel = { queries: this.#queries, organisations: this.#organisations }
    this.#simulations.began(txId)
    const at = { txId, store: this.#store, keys: this.#keys, channel }
    return new LevelTxSimulator(at, this.#view.take(), mspId)
  }

  persistPrivate(txId: string, privateRwset: Uint8Array): void {
    this.#transient.set(txId, privateRwset)
  }

  persistedPrivate(txId: string): Uint8Array | undefined {
    return this.#transient.get(txId)
  }

  soundBelow(txId: string): number {
    return this.#simulations.soundBelow(txId)
  }

  privateSets(block: number): Promise<BlockPrivateSet[]> {
    return readPrivateSets({ store: this.#store, keys: this.#keys, height: this.height() }, block)
  }

  collections(namespace: string): Collection[] {
    return collectionStore(this.state, this.#organisations).all(namespace)
  }

  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void {
    this.#queries?.setIndexes(namespace, indexes)
  }

  validateKeyValue(key: string, value: Uint8Array): void {
    this.#queries?.validateKeyValue?.(key, value)
  }

  dueExpiries(block: number): Promise<DueExpiry[]> {
    return this.#expiries.due(block)
  }

  async store(validated: ValidatedBlock): Promise<void> {
    const { transactions, updates, expired, expiring, privateSets, purged } = validated
    const { height: number } = this.#savepoint
    const { block, savepoint } = nextBlock(this.#savepoint, validated, this.#blockWriter)
    const purging = await purgeOperations(this.#store, this.#keys, purged)
    const indexing = this.#queries?.prepare(savepoint.height, updates.all(), this.state)
    const operations = [
      ...blockOperations(this.#keys, number, block, savepoint),
      ...indexOperations(this.#keys, number, transactions),
      ...stateOperations(this.#keys, updates),
      ...unschedule(expired),
      ...schedule(this.#keys, expiring),
      ...keepOperations(this.#keys, number, privateSets, purged),
      // After those of a purge, which may keep what expires.
      ...purging,
      ...expireOperations(this.#keys, expired),
    ]
    try {
      await this.#store.write([...operations, ...this.undo.record(number, operations)], { sync: true })
    } catch (error) {
      indexing?.dropped()
      throw error
    }
    for (const { txId } of transactions) {
      this.#transient.delete(txId)
      this.#simulations.ended(txId)
    }
    this.#expiries.added(expiring)
    this.#savepoint = savepoint
    this.undo.recorded()
    indexing?.done()
  }

  async join(genesis: Uint8Array): Promise<void> {
    const block = Block.deserializeBinary(genesis)
    // A first block comes without the codes of its transactions.
    setMetadata(block, { TRANSACTIONS_FILTER: Buffer.of(TxValidationCode.VALID) })
    const savepoint = { height: 1, previousHash: hashOf(block), lastConfig: 0, commitHash: new Uint8Array() }
    await this.#store.write(blockOperations(this.#keys, 0, block, savepoint), { sync: true })
    this.#savepoint = savepoint
  }

  async namespaces(): Promise<string[]> {
    const all = await namespacesIn(this.#store, this.#keys)
    return all.filter((namespace) => parseDerived(namespace) === undefined)
  }

  wholeState(point?: string, signal?: AbortSignal): Promise<WholeState> {
    return this.#reads.wholeState(point, signal)
  }

  compareStates(points: ComparedPoints): Promise<StateComparison> {
    return this.#reads.compareStates(points)
  }

  readState(query: Omit<ReadState, 'channel'>, signal?: AbortSignal): Promise<StatePage> {
    return this.#reads.readState(query, signal)
  }

  #queriedChannel(): QueriedChannel {
    return queriedChannel(this.channel, this.#store, this.#keys, {
      savepoint: () => this.#savepoint,
      moves: () => this.undo.moves(),
    })
  }

  #newUndo(batchBytes: number | undefined): ChannelUndo {
    return new ChannelUndo({
      channel: this.channel,
      store: this.#store,
      keys: this.#keys,
      undo: undoKeys(this.channel),
      savepoint: () => this.#savepoint,
      hashOf: (number) => {
        const hash = this.#queriedChannel().headerHash(number)
        return hash === undefined ? undefined : Buffer.from(hash, 'hex')
      },
      prepare: (height, updates) => this.#queries?.jump(height, updates, this.state),
      moved: (savepoint, fork) => {
        this.#savepoint = savepoint
        this.#simulations.moved(fork)
        this.#expiries.moved()
      },
      batchBytes,
    })
  }

  async readHistory(query: Omit<ReadHistory, 'channel'>): Promise<KeyVersion[]> {
    const iterator = readHistory(this.#store, this.#keys, query)
    const versions: KeyVersion[] = []
    try {
      for (let record = await iterator.next(); record !== undefined; record = await iterator.next()) {
        const { txId, timestamp: at, isDelete, version, value } = record
        versions.push({ txId, at, isDelete, version, ...encodeBytes(value) })
      }
      return versions
    } finally {
      await iterator.close()
    }
  }
}
