import type { EndorsedTransaction, NewTxValidator, TxValidator } from './validator.ts'
import { PeerError } from '../contract/error.ts'
import type { CallResult, EndorsementFailure } from '../contract/call.ts'
import type { KeyVersion, StatePage } from '../contract/world-state.ts'
import { collectionStore } from '../privdata/collection-store.ts'
import type { Collection } from '../privdata/collection.ts'
import { hashedKey, hashedNamespace, parseDerived, privateNamespace } from '../privdata/namespaces.ts'
import type { IndexDefinition } from '../mango/index-definition.ts'
import { Block, BlockHeader, TxValidationCode } from '../protos/index.ts'
import { blockReads, hashOf, type BlockReads } from './block-reads.ts'
import { BlockUpdates } from './block-updates.ts'
import { indexOperations, stateOperations } from './block-operations.ts'
import { headerHash, newBlock, setMetadata } from './block.ts'
import { commitHash, commitHashMetadata } from './commit-hash.ts'
import { conflictWords } from './conflict-words.ts'
import { encodeBytes } from './encoded-bytes.ts'
import { readHistory } from './history.ts'
import { encodeVersion, ledgerKeys, type LedgerKeys } from './ledger-keys.ts'
import type { CommittedBlock, Ledger, TxSimulator } from './ledger.ts'
import { findConflict, type Conflict } from './mvcc.ts'
import { expire, expiringBlock, scheduled, type Expiring } from './expiry.ts'
import { namespacesIn } from './namespaces.ts'
import { parseEnvelope, type OrderedTransaction } from './ordered-transaction.ts'
import { sha256, unmarshalPrivateSets } from './private-rwset-proto.ts'
import type { PrivateWriteSet } from './read-write-set.ts'
import { queriedChannel } from './queried-channel.ts'
import { decodeSavepoint, encodeSavepoint, type Savepoint } from './savepoint.ts'
import { hashedPage, readStatePage } from './state-pages.ts'
import type { QueriedChannel, StateQueries } from './state-queries.ts'
import type { Store, StoreOperation } from './store.ts'
import { LevelTxSimulator } from './tx-simulator.ts'
import { worldState, type WorldState } from './world-state.ts'

type Outcome = CommittedBlock['transactions'][number]

/** A block under validation. */
interface Scene {
  updates: BlockUpdates
  /** Ids of its transactions so far. */
  seen: Set<string>
  expiring: (Expiring & { at: number })[]
  endorsementFailure: ReturnType<TxValidator['forBlock']> | undefined
  /** Its own number, once it has configured the channel. */
  lastConfig?: number
}

/** What a channel is given of the peer. */
export interface ChannelParts {
  /** Makes what answers rich queries; undefined: nothing does, as with goleveldb. */
  queries: ((channel: QueriedChannel) => StateQueries) | undefined
  /** MSP ids of its organisations. */
  organisations: () => readonly string[]
  /** Who may send and must endorse; undefined: whoever does, for a ledger without identities. */
  validator?: NewTxValidator | undefined
  /** Undefined: blocks are nobody's, for a ledger without identities. */
  blockWriter?: BlockWriter | undefined
}

/**
 * What the orderer adds to the metadata of a block with this header. `lastConfig`: number of the block that configured
 * the channel last.
 */
export type BlockWriter = (
  header: BlockHeader,
  lastConfig: number,
) => { SIGNATURES: Uint8Array; LAST_CONFIG: Uint8Array }

/** One channel's part of the store. It comes into being with its first block. */
export class ChannelLedger implements Ledger {
  readonly channel: string
  readonly blocks: BlockReads
  readonly #store: Store
  readonly #keys: LedgerKeys
  readonly #state: WorldState
  readonly #queries: StateQueries | undefined
  readonly #organisations: () => readonly string[]
  readonly #validator: TxValidator | undefined
  readonly #blockWriter: BlockWriter | undefined
  /** Private data of transactions on their way, by their ids. */
  readonly #transient = new Map<string, Uint8Array>()
  #savepoint: Savepoint

  /** Throws LEDGER_READ. */
  constructor(channel: string, store: Store, { queries, organisations, validator, blockWriter }: ChannelParts) {
    this.channel = channel
    this.#store = store
    this.#keys = ledgerKeys(channel)
    this.#state = worldState(store, this.#keys)
    this.#savepoint = decodeSavepoint(store.get(this.#keys.savepoint))
    this.#queries = queries?.(queriedChannel(this, store, this.#keys, () => this.#savepoint))
    this.#organisations = organisations
    this.#blockWriter = blockWriter
    this.blocks = blockReads(store, this.#keys, () => this.#savepoint)
    this.#validator = validator?.({ state: this.#state, config: () => this.blocks.config() })
  }

  height(): number {
    return this.#savepoint.height
  }

  hasTransaction(txId: string): boolean {
    return this.#store.get(this.#keys.transaction(txId)) !== undefined
  }

  newTxSimulator(txId: string, mspId?: string): TxSimulator {
    const channel = { queries: this.#queries, organisations: this.#organisations }
    return new LevelTxSimulator(txId, this.#store, this.#keys, channel, mspId)
  }

  persistPrivate(txId: string, privateRwset: Uint8Array): void {
    this.#transient.set(txId, privateRwset)
  }

  collections(namespace: string): Collection[] {
    return collectionStore(this.#state, this.#organisations).all(namespace)
  }

  endorsementFailure(
    transaction: EndorsedTransaction,
    endorsers: readonly Uint8Array[],
  ): EndorsementFailure | undefined {
    return this.#validator?.failureOf(transaction, endorsers)
  }

  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void {
    this.#queries?.setIndexes(namespace, indexes)
  }

  async commit(envelopes: Uint8Array[]): Promise<CommittedBlock> {
    const number = this.#savepoint.height
    const updates = new BlockUpdates(this.#state)
    const scene: Scene = { updates, seen: new Set(), expiring: [], endorsementFailure: this.#validator?.forBlock() }
    const transactions: Outcome[] = []
    for (const [tx, envelope] of envelopes.entries()) {
      transactions.push(await this.#validate(envelope, { block: number, tx }, scene))
    }
    const codes = transactions.map(({ validationCode }) => codeNumbers.get(validationCode) ?? 255)
    const { block, savepoint } = this.#write(envelopes, codes, { updates, lastConfig: scene.lastConfig })
    // What expires is no part of the commit hash: each peer removes it by itself.
    const expired = await expire(this.#store, this.#keys, number, updates)

    const followed = this.#queries?.prepare(savepoint.height, updates.all(), this.#state)
    const written = this.#store.write(
      [
        ...this.#blockOperations(number, block, savepoint),
        ...indexOperations(this.#keys, number, transactions, codes),
        ...stateOperations(this.#keys, updates),
        ...expired,
        ...scheduled(this.#keys, scene.expiring),
      ],
      { sync: true },
    )
    try {
      await written
    } catch (error) {
      followed?.dropped()
      throw error
    }
    for (const { txId } of transactions) this.#transient.delete(txId)
    this.#savepoint = savepoint
    followed?.done()
    return { number, transactions }
  }

  async join(genesis: Uint8Array): Promise<void> {
    const block = Block.deserializeBinary(genesis)
    // A first block comes without the codes of its transactions.
    setMetadata(block, { TRANSACTIONS_FILTER: Buffer.of(TxValidationCode.VALID) })
    const savepoint = { height: 1, previousHash: hashOf(block), lastConfig: 0, commitHash: new Uint8Array() }
    await this.#store.write(this.#blockOperations(0, block, savepoint), { sync: true })
    this.#savepoint = savepoint
  }

  async namespaces(): Promise<string[]> {
    const all = await namespacesIn(this.#store, this.#keys)
    return all.filter((namespace) => parseDerived(namespace) === undefined)
  }

  async readState({ collection, mspId, ...query }: Parameters<Ledger['readState']>[0]): Promise<StatePage> {
    if (collection === undefined) return readStatePage(this.#store, this.#keys, query)
    const { namespace } = query
    const known = this.collections(namespace)
    const found = known.find(({ name }) => name === collection)
    if (found === undefined) {
      const names = known.map(({ name }) => name)
      throw new PeerError('COLLECTION_UNKNOWN', { chaincode: namespace, collection, known: names })
    }
    const isMember = mspId === undefined || found.members.includes(mspId)
    const at = isMember ? privateNamespace(namespace, collection) : hashedNamespace(namespace, collection)
    const page = await readStatePage(this.#store, this.#keys, { ...query, namespace: at })
    return isMember ? page : hashedPage(page)
  }

  async readHistory(namespace: string, key: string, limit?: number): Promise<KeyVersion[]> {
    const of = { namespace, key, ...(limit === undefined ? {} : { limit }) }
    const iterator = readHistory(this.#store, this.#keys, of)
    const found: KeyVersion[] = []
    try {
      for (let record = await iterator.next(); record !== undefined; record = await iterator.next()) {
        const { txId, timestamp: at, isDelete, version, value } = record
        found.push({ txId, at, isDelete, version, ...encodeBytes(value) })
      }
      return found
    } finally {
      await iterator.close()
    }
  }

  /** The block with all that an orderer and a peer say of it, and where the channel stands with it. */
  #write(
    envelopes: Uint8Array[],
    codes: number[],
    { updates, lastConfig = this.#savepoint.lastConfig }: { updates: BlockUpdates; lastConfig: number | undefined },
  ): { block: Block; savepoint: Savepoint } {
    const { height, previousHash, commitHash: before, lastConfig: configured } = this.#savepoint
    const block = newBlock(height, previousHash, envelopes)
    const header = block.getHeader() ?? new BlockHeader()
    // From the first block behind a genesis block on, or never (kv_ledger.go, commit).
    const isHashed = before.length > 0 || (height === 1 && configured === 0)
    const hash = isHashed ? commitHash(codes, updates.all(), before) : before
    setMetadata(block, {
      ...(lastConfig === undefined ? {} : this.#blockWriter?.(header, lastConfig)),
      TRANSACTIONS_FILTER: Uint8Array.from(codes),
      ...(isHashed ? { COMMIT_HASH: commitHashMetadata(hash) } : {}),
    })
    return {
      block,
      savepoint: { height: height + 1, previousHash: headerHash(header), lastConfig, commitHash: hash },
    }
  }

  #blockOperations(number: number, block: Block, savepoint: Savepoint): StoreOperation[] {
    return [
      { type: 'put', key: this.#keys.block(number), value: block.serializeBinary() },
      {
        type: 'put',
        key: this.#keys.blockHash(savepoint.previousHash),
        value: encodeVersion({ block: number, tx: 0 }),
      },
      { type: 'put', key: this.#keys.savepoint, value: encodeSavepoint(savepoint) },
    ]
  }

  /** One transaction in its turn: who signed, duplicate, then reads, then ranges; a valid one goes into the updates. */
  async #validate(envelope: Uint8Array, version: { block: number; tx: number }, scene: Scene): Promise<Outcome> {
    const { updates, seen, expiring, endorsementFailure } = scene
    const transaction = parseEnvelope(envelope, this.#validator?.isSentBy)
    if ('code' in transaction) return { txId: '', validationCode: codeNames.get(transaction.code) ?? 'BAD_PAYLOAD' }
    const { txId } = transaction
    if (transaction.channel !== this.channel) return { txId: '', validationCode: 'TARGET_CHAIN_NOT_FOUND' }
    if (transaction.type === 'config') {
      scene.lastConfig = version.block
      return { txId, validationCode: 'VALID' }
    }
    if (this.hasTransaction(txId)) return { txId, validationCode: 'DUPLICATE_TXID' }
    const failure = endorsementFailure?.(transaction)
    if (failure !== undefined) return { txId, validationCode: failure.code, endorsementFailure: failure }
    if (seen.has(txId)) return { txId, validationCode: 'DUPLICATE_TXID' }
    seen.add(txId)
    if (!this.#isWritable(transaction)) return { txId, validationCode: 'INVALID_WRITESET' }
    const conflict = await findConflict(transaction.readWriteSet, updates)
    if (conflict === undefined) {
      const privateSets = this.#privateSets(transaction)
      updates.apply({ ...transaction, privateSets }, version)
      expiring.push(...this.#expiring(transaction, privateSets, version))
      return { txId, validationCode: 'VALID' }
    }
    return { txId, validationCode: conflict.code, conflict: await this.#explain(conflict, updates) }
  }

  /** Whether the state database takes its keys and values (validation/batch_preparer.go, validateWriteset). */
  #isWritable({ readWriteSet }: OrderedTransaction): boolean {
    try {
      for (const { writes } of readWriteSet) {
        for (const { key, value } of writes) this.#queries?.validateKeyValue?.(key, value)
      }
      return true
    } catch {
      // Which of them it was is in no block.
      return false
    }
  }

  /** The private data that came with a transaction and is what its hashes say; what is not is left out. */
  #privateSets({ txId, readWriteSet }: OrderedTransaction): PrivateWriteSet[] {
    const bytes = this.#transient.get(txId)
    if (bytes === undefined) return []
    return unmarshalPrivateSets(bytes).filter(({ namespace, collection, hash }) => {
      const ns = readWriteSet.find((one) => one.namespace === namespace)
      const hashed = ns?.collections.find(({ name }) => name === collection)
      return hashed !== undefined && Buffer.compare(hashed.pvtRwsetHash, hash) === 0
    })
  }

  #expiring(
    { readWriteSet }: OrderedTransaction,
    privateSets: readonly PrivateWriteSet[],
    version: { block: number; tx: number },
  ): (Expiring & { at: number })[] {
    const written = readWriteSet.filter(({ collections }) => collections.length > 0)
    if (written.length === 0) return []
    const store = collectionStore(this.#state, this.#organisations)
    return written.flatMap(({ namespace, collections }) =>
      collections.flatMap(({ name, writes }) => {
        const blockToLive = store.find(namespace, name)?.blockToLive ?? 0
        if (blockToLive === 0) return []
        const set = privateSets.find((one) => one.namespace === namespace && one.collection === name)
        const at = expiringBlock(version.block, blockToLive)
        return writes
          .filter(({ isDelete }) => !isDelete)
          .map(({ keyHash }) => {
            const key = set?.writes.find((write) => Buffer.compare(sha256(write.key), keyHash) === 0)?.key
            return { namespace, collection: name, hashed: hashedKey(keyHash), key, version, at }
          })
      }),
    )
  }

  async #explain(conflict: Conflict, updates: BlockUpdates): Promise<CallResult['conflict']> {
    const { namespace, key } = conflict
    const byTxId = updates.of(namespace, key)?.txId ?? (await this.#writerOf(conflict))
    const words = conflictWords(conflict, byTxId)
    return { namespace, key, words, ...(byTxId === undefined ? {} : { byTxId }) }
  }

  /** Who last wrote a committed key: the transaction at its version; where it was deleted, the last in its history. */
  async #writerOf({ namespace, key, now }: Conflict): Promise<string | undefined> {
    if (now === null) return (await this.readHistory(namespace, key, 1))[0]?.txId
    const block = this.#store.get(this.#keys.block(now.block))
    const envelope = block && Block.deserializeBinary(block).getData()?.getDataList_asU8()[now.tx]
    const transaction = envelope && parseEnvelope(envelope)
    return transaction === undefined || 'code' in transaction ? undefined : transaction.txId
  }
}

const codeNumbers = new Map<string, number>(Object.entries(TxValidationCode))
const codeNames = new Map([...codeNumbers].map(([name, code]) => [code, name]))
