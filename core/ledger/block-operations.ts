import { TxValidationCode, type Block } from '../protos/index.ts'
import type { BlockUpdates } from './block-updates.ts'
import { encodeModification } from './history.ts'
import { encodeVersion, type LedgerKeys } from './ledger-keys.ts'
import { encodeSavepoint, type Savepoint } from './savepoint.ts'
import type { StoreOperation } from './store-entries.ts'
import type { ValidatedBlock } from './validated-block.ts'
import { encodeVersioned } from './versioned-value.ts'

/** The block itself, its place by its hash, and the savepoint after it. */
export function blockOperations(
  keys: LedgerKeys,
  number: number,
  block: Block,
  savepoint: Savepoint,
): StoreOperation[] {
  return [
    { type: 'put', key: keys.block(number), value: block.serializeBinary() },
    { type: 'put', key: keys.blockHash(savepoint.previousHash), value: encodeVersion({ block: number, tx: 0 }) },
    { type: 'put', key: keys.savepoint, value: encodeSavepoint(savepoint) },
  ]
}

/** The place of each transaction by its id. The first to use an id keeps its place. */
export function indexOperations(
  keys: LedgerKeys,
  block: number,
  transactions: ValidatedBlock['transactions'],
): StoreOperation[] {
  return transactions.flatMap(({ txId, code }, tx) =>
    txId === '' || code === TxValidationCode.DUPLICATE_TXID
      ? []
      : [
          {
            type: 'put' as const,
            key: keys.transaction(txId),
            value: Buffer.concat([encodeVersion({ block, tx }), Buffer.of(code)]),
          },
        ],
  )
}

/** The block's changes to the world state, and its additions to the history of keys. */
export function stateOperations(keys: LedgerKeys, updates: BlockUpdates): StoreOperation[] {
  const operations: StoreOperation[] = []
  for (const { namespace, key, value, version, metadata } of updates.all()) {
    const at = keys.state(namespace, key)
    operations.push(
      value === undefined
        ? { type: 'del', key: at }
        : { type: 'put', key: at, value: encodeVersioned({ version, value, metadata }) },
    )
  }
  for (const { namespace, key, version, value, txId, timestamp } of updates.modifications) {
    const modification = { txId, timestamp, isDelete: value === undefined, value: value ?? new Uint8Array() }
    operations.push({
      type: 'put',
      key: keys.history(namespace, key, version),
      value: encodeModification(modification),
    })
  }
  return operations
}
