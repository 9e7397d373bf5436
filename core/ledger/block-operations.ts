import type { BlockUpdates } from './block-updates.ts'
import { encodeModification } from './history.ts'
import { encodeVersion, type LedgerKeys } from './ledger-keys.ts'
import type { CommittedBlock } from './ledger.ts'
import type { StoreOperation } from './store.ts'
import { encodeVersioned } from './versioned-value.ts'

/** Where each transaction stands, so that its id is not taken twice. The first to use an id keeps its place. */
export function indexOperations(
  keys: LedgerKeys,
  block: number,
  transactions: CommittedBlock['transactions'],
  codes: readonly number[],
): StoreOperation[] {
  return transactions.flatMap(({ txId, validationCode }, tx) =>
    txId === '' || validationCode === 'DUPLICATE_TXID'
      ? []
      : [
          {
            type: 'put' as const,
            key: keys.transaction(txId),
            value: Buffer.concat([encodeVersion({ block, tx }), Buffer.of(codes[tx] ?? 255)]),
          },
        ],
  )
}

/** What a block makes of the world state, and what it adds to the history of keys. */
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
