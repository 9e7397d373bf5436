import type { TxValidator } from '../committer/tx-validator.ts'
import type { CallResult, KeyVersion, StatePage } from '../contract/api.ts'
import { collectionStore } from '../privdata/collection-store.ts'
import type { Collection } from '../privdata/collection.ts'
import { hashedKey, parseDerived } from '../privdata/namespaces.ts'
import type { IndexDefinition } from '../mango/index-definition.ts'
import { Block, TxValidationCode } from '../protos/index.ts'
import { blockReads, hashOf, type BlockReads } from './block-reads.ts'
import { BlockUpdates } from './block-updates.ts'
import { makeBlock } from './block.ts'
import { decodeCompositeKey } from './composite-key.ts'
import { conflictWords } from './conflict-words.ts'
import { encodeBytes } from './encoded-bytes.ts'
import { encodeModification, readHistory } from './history.ts'
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
import type { QueriedChannel, StateQueries } from './state-queries.ts'
import type { Store, StoreOperation } from './store.ts'
import { LevelTxSimulator } from './tx-simulator.ts'
import { decodeVersioned, encodeVersioned } from './versioned-value.ts'
import { worldState, type WorldState } from './world-state.ts'

const MAX_PAGE = 1000

type Outcome = CommittedBlock['transactions'][number]

/** What a channel is given of the peer. */
export interface ChannelParts {
  /** Makes what answers rich queries; undefined: nothing does, as with goleveldb. */
  queries: ((channel: QueriedChannel) => StateQueries) | undefined
  /** MSP ids of its organisations. */
  organisations: () => readonly string[]
  /** Who may send and must endorse; undefined: whoever does, for a ledger without identities. */
  validator?: TxValidator | undefined
}

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
  /** Private data of transactions on their way, by their ids. */
  readonly #transient = new Map<string, Uint8Array>()
  #savepoint: Savepoint

  /** Throws LEDGER_READ. */
  constructor(channel: string, store: Store, { queries, organisations, validator }: ChannelParts) {
    this.channel = channel
    this.#store = store
    this.#keys = ledgerKeys(channel)
    this.#state = worldState(store, this.#keys)
    this.#savepoint = decodeSavepoint(store.get(this.#keys.savepoint))
    this.#queries = queries?.(queriedChannel(this, store, this.#keys, () => this.#savepoint))
    this.#organisations = organisations
    this.#validator = validator
    this.blocks = blockReads(store, this.#keys, () => this.#savepoint)
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

  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void {
    this.#queries?.setIndexes(namespace, indexes)
  }

  async commit(envelopes: Uint8Array[]): Promise<CommittedBlock> {
    const number = this.#savepoint.height
    const updates = new BlockUpdates(this.#state)
    const seen = new Set<string>()
    const transactions: Outcome[] = []
    const expiring: (Expiring & { at: number })[] = []
    for (const [tx, envelope] of envelopes.entries()) {
      transactions.push(await this.#validate(envelope, { block: number, tx }, { updates, seen, expiring }))
    }
    const expired = await expire(this.#store, this.#keys, number, updates)

    const codes = transactions.map(({ validationCode }) => codeNumbers.get(validationCode) ?? 255)
    const { previousHash } = this.#savepoint
    const { bytes, headerHash } = makeBlock({ number, previousHash, envelopes, codes })
    const savepoint = { height: number + 1, previousHash: headerHash }
    const followed = this.#queries?.prepare(savepoint.height, updates.all(), this.#state)
    const written = this.#store.write(
      [
        { type: 'put', key: this.#keys.block(number), value: bytes },
        { type: 'put', key: this.#keys.blockHash(headerHash), value: encodeVersion({ block: number, tx: 0 }) },
        { type: 'put', key: this.#keys.savepoint, value: encodeSavepoint(savepoint) },
        ...this.#index(number, transactions, codes),
        ...this.#stateAndHistory(updates),
        ...expired,
        ...scheduled(this.#keys, expiring),
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
    const savepoint = { height: 1, previousHash: hashOf(Block.deserializeBinary(genesis)) }
    const at = encodeVersion({ block: 0, tx: 0 })
    await this.#store.write(
      [
        { type: 'put', key: this.#keys.block(0), value: genesis },
        { type: 'put', key: this.#keys.blockHash(savepoint.previousHash), value: at },
        { type: 'put', key: this.#keys.savepoint, value: encodeSavepoint(savepoint) },
      ],
      { sync: true },
    )
    this.#savepoint = savepoint
  }

  async namespaces(): Promise<string[]> {
    const all = await namespacesIn(this.#store, this.#keys)
    return all.filter((namespace) => parseDerived(namespace) === undefined)
  }

  async readState(query: Parameters<Ledger['readState']>[0]): Promise<StatePage> {
    const { namespace, prefix = '', from = prefix } = query
    const limit = Math.max(1, Math.min(query.limit, MAX_PAGE))
    const snapshot = this.#store.snapshot()
    const iterator = this.#store.iterate({
      from: this.#keys.state(namespace, from),
      to: this.#keys.stateEnd(namespace),
      limit: limit + 1,
      snapshot,
    })
    const entries: StatePage['entries'] = []
    try {
      for (let found = await iterator.next(); found !== undefined; found = await iterator.next()) {
        const { key } = this.#keys.parseState(found[0])
        if (!key.startsWith(prefix)) break
        if (entries.length === limit) return { entries, next: key }
        const { value, version } = decodeVersioned(found[1])
        const composite = decodeCompositeKey(key)
        entries.push({
          key,
          ...encodeBytes(value),
          ...(composite === undefined ? {} : { composite }),
          version,
          size: value.length,
        })
      }
      return { entries }
    } finally {
      await iterator.close()
      snapshot.close()
    }
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

  /** One transaction in its turn: who signed, duplicate, then reads, then ranges; a valid one goes into the updates. */
  async #validate(
    envelope: Uint8Array,
    version: { block: number; tx: number },
    { updates, seen, expiring }: { updates: BlockUpdates; seen: Set<string>; expiring: (Expiring & { at: number })[] },
  ): Promise<Outcome> {
    const transaction = parseEnvelope(envelope, this.#validator?.isSentBy)
    if ('code' in transaction) return { txId: '', validationCode: codeNames.get(transaction.code) ?? 'BAD_PAYLOAD' }
    const { txId } = transaction
    if (transaction.channel !== this.channel) return { txId: '', validationCode: 'TARGET_CHAIN_NOT_FOUND' }
    if (this.hasTransaction(txId)) return { txId, validationCode: 'DUPLICATE_TXID' }
    if (this.#validator?.isEndorsed(transaction) === false)
      return { txId, validationCode: 'ENDORSEMENT_POLICY_FAILURE' }
    if (seen.has(txId)) return { txId, validationCode: 'DUPLICATE_TXID' }
    seen.add(txId)
    const conflict = await findConflict(transaction.readWriteSet, updates)
    if (conflict === undefined) {
      const privateSets = this.#privateSets(transaction)
      updates.apply({ ...transaction, privateSets }, version)
      expiring.push(...this.#expiring(transaction, privateSets, version))
      return { txId, validationCode: 'VALID' }
    }
    return { txId, validationCode: conflict.code, conflict: await this.#explain(conflict, updates) }
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
    return transaction !== undefined && 'txId' in transaction ? transaction.txId : undefined
  }

  /** Where each transaction stands, so that its id is not taken twice. The first to use an id keeps its place. */
  #index(block: number, transactions: Outcome[], codes: number[]): StoreOperation[] {
    return transactions.flatMap(({ txId, validationCode }, tx) =>
      txId === '' || validationCode === 'DUPLICATE_TXID'
        ? []
        : [
            {
              type: 'put' as const,
              key: this.#keys.transaction(txId),
              value: Buffer.concat([encodeVersion({ block, tx }), Buffer.of(codes[tx] ?? 255)]),
            },
          ],
    )
  }

  #stateAndHistory(updates: BlockUpdates): StoreOperation[] {
    const operations: StoreOperation[] = []
    for (const { namespace, key, value, version, metadata } of updates.all()) {
      const at = this.#keys.state(namespace, key)
      operations.push(
        value === undefined
          ? { type: 'del', key: at }
          : { type: 'put', key: at, value: encodeVersioned({ version, value, metadata }) },
      )
    }
    for (const { namespace, key, version, value, txId, timestamp } of updates.modifications) {
      operations.push({
        type: 'put',
        key: this.#keys.history(namespace, key, version),
        value: encodeModification({
          txId,
          timestamp,
          isDelete: value === undefined,
          value: value ?? new Uint8Array(),
        }),
      })
    }
    return operations
  }
}

const codeNumbers = new Map<string, number>(Object.entries(TxValidationCode))
const codeNames = new Map([...codeNumbers].map(([name, code]) => [code, name]))
