import type { CallResult, KeyVersion, StatePage } from '../contract/api.ts'
import type { IndexDefinition } from '../mango/index-definition.ts'
import { Block, TxValidationCode } from '../protos/index.ts'
import { BlockUpdates } from './block-updates.ts'
import { makeBlock } from './block.ts'
import { decodeCompositeKey } from './composite-key.ts'
import { conflictWords } from './conflict-words.ts'
import { encodeBytes } from './encoded-bytes.ts'
import { encodeModification, readHistory } from './history.ts'
import { encodeVersion, ledgerKeys, type LedgerKeys } from './ledger-keys.ts'
import type { CommittedBlock, Ledger, TxSimulator } from './ledger.ts'
import { findConflict, type Conflict } from './mvcc.ts'
import { parseEnvelope } from './ordered-transaction.ts'
import { queriedChannel } from './queried-channel.ts'
import { decodeSavepoint, encodeSavepoint, type Savepoint } from './savepoint.ts'
import type { QueriedChannel, StateQueries } from './state-queries.ts'
import type { Store, StoreOperation } from './store.ts'
import { LevelTxSimulator } from './tx-simulator.ts'
import { decodeVersioned, encodeVersioned } from './versioned-value.ts'
import { worldState, type WorldState } from './world-state.ts'

const MAX_PAGE = 1000

type Outcome = CommittedBlock['transactions'][number]

/** One channel's part of the store. It comes into being with its first block. */
export class ChannelLedger implements Ledger {
  readonly channel: string
  readonly #store: Store
  readonly #keys: LedgerKeys
  readonly #state: WorldState
  readonly #queries: StateQueries | undefined
  #savepoint: Savepoint

  /** `queries` makes what answers rich queries. Throws LEDGER_READ. */
  constructor(channel: string, store: Store, queries?: (channel: QueriedChannel) => StateQueries) {
    this.channel = channel
    this.#store = store
    this.#keys = ledgerKeys(channel)
    this.#state = worldState(store, this.#keys)
    this.#savepoint = decodeSavepoint(store.get(this.#keys.savepoint))
    this.#queries = queries?.(queriedChannel(this, store, this.#keys, () => this.#savepoint))
  }

  height(): number {
    return this.#savepoint.height
  }

  newTxSimulator(txId: string): TxSimulator {
    return new LevelTxSimulator(txId, this.#store, this.#keys, this.#queries)
  }

  setIndexes(namespace: string, indexes: readonly IndexDefinition[]): void {
    this.#queries?.setIndexes(namespace, indexes)
  }

  async commit(envelopes: Uint8Array[]): Promise<CommittedBlock> {
    const number = this.#savepoint.height
    const updates = new BlockUpdates(this.#state)
    const seen = new Set<string>()
    const transactions: Outcome[] = []
    for (const [tx, envelope] of envelopes.entries()) {
      transactions.push(await this.#validate(envelope, { block: number, tx }, updates, seen))
    }

    const codes = transactions.map(({ validationCode }) => codeNumbers.get(validationCode) ?? 255)
    const { previousHash } = this.#savepoint
    const { bytes, headerHash } = makeBlock({ number, previousHash, envelopes, codes })
    const savepoint = { height: number + 1, previousHash: headerHash }
    const followed = this.#queries?.prepare(savepoint.height, updates.all(), this.#state)
    const written = this.#store.write(
      [
        { type: 'put', key: this.#keys.block(number), value: bytes },
        { type: 'put', key: this.#keys.savepoint, value: encodeSavepoint(savepoint) },
        ...this.#index(number, transactions, codes),
        ...this.#stateAndHistory(updates),
      ],
      { sync: true },
    )
    try {
      await written
    } catch (error) {
      followed?.dropped()
      throw error
    }
    this.#savepoint = savepoint
    followed?.done()
    return { number, transactions }
  }

  async namespaces(): Promise<string[]> {
    const found: string[] = []
    const to = this.#keys.stateEnd()
    for (let from = this.#keys.state('', ''); ;) {
      const iterator = this.#store.iterate({ from, to, limit: 1 })
      let entry
      try {
        entry = await iterator.next()
      } finally {
        await iterator.close()
      }
      if (entry === undefined) return found
      const { namespace } = this.#keys.parseState(entry[0])
      found.push(namespace)
      from = this.#keys.stateEnd(namespace)
    }
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

  /** One transaction in its turn: duplicate, then reads, then ranges; a valid one goes into the updates. */
  async #validate(
    envelope: Uint8Array,
    version: { block: number; tx: number },
    updates: BlockUpdates,
    seen: Set<string>,
  ): Promise<Outcome> {
    const transaction = parseEnvelope(envelope)
    if ('code' in transaction) return { txId: '', validationCode: codeNames.get(transaction.code) ?? 'BAD_PAYLOAD' }
    const { txId } = transaction
    if (seen.has(txId) || this.#store.get(this.#keys.transaction(txId)) !== undefined) {
      return { txId, validationCode: 'DUPLICATE_TXID' }
    }
    seen.add(txId)
    const conflict = await findConflict(transaction.readWriteSet, updates)
    if (conflict === undefined) {
      updates.apply(transaction, version)
      return { txId, validationCode: 'VALID' }
    }
    return { txId, validationCode: conflict.code, conflict: await this.#explain(conflict, updates) }
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
