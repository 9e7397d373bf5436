import type { CallResult, EndorsementFailure } from '../contract/call.ts'
import { BlockUpdates } from '../ledger/block-updates.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BlockPrivateSet, PurgedKey } from '../ledger/private-sets-by-block.ts'
import type { Version } from '../ledger/results.ts'
import { TxValidationCode } from '../protos/index.ts'
import { explainConflict } from './explain-conflict.ts'
import { findConflict } from './mvcc.ts'
import { parseEnvelope, type OrderedTransaction } from './ordered-transaction.ts'
import { keptSets, privateSetsOf, purgedKeys } from './private-sets.ts'
import type { TxValidator } from './tx-validator.ts'

/** What validation made of one envelope. `txId` is '' where it can't be read. */
export interface ValidatedTransaction {
  txId: string
  /** Name of a TxValidationCode. */
  validationCode: string
  conflict?: CallResult['conflict']
  endorsementFailure?: EndorsementFailure
}

export interface BlockValidation {
  transactions: ValidatedTransaction[]
  /** What the valid ones write. */
  updates: BlockUpdates
  /** Whether one of them configures the channel. */
  isConfig: boolean
  privateSets: BlockPrivateSet[]
  /** By the valid ones. */
  purged: PurgedKey[]
}

/** A block under validation. */
interface Scene extends BlockValidation {
  ledger: Ledger
  validator: TxValidator | undefined
  endorsementFailure: ReturnType<TxValidator['forBlock']> | undefined
  /** Ids of its transactions so far. */
  seen: Set<string>
}

/** Validates envelopes as the next block of the ledger, one after another, since each sees the writes of those before. */
export async function validateBlock(
  ledger: Ledger,
  validator: TxValidator | undefined,
  envelopes: readonly Uint8Array[],
): Promise<BlockValidation> {
  const scene: Scene = {
    ledger,
    validator,
    endorsementFailure: validator?.forBlock(),
    seen: new Set(),
    transactions: [],
    updates: new BlockUpdates(ledger.state),
    isConfig: false,
    privateSets: [],
    purged: [],
  }
  const block = ledger.height()
  for (const [tx, envelope] of envelopes.entries()) {
    scene.transactions.push(await validateEnvelope(envelope, { block, tx }, scene))
  }
  return scene
}

async function validateEnvelope(envelope: Uint8Array, version: Version, scene: Scene): Promise<ValidatedTransaction> {
  const { ledger, updates } = scene
  const transaction = parseEnvelope(envelope, scene.validator?.isSentBy)
  if ('code' in transaction) return { txId: '', validationCode: codeNames.get(transaction.code) ?? 'BAD_PAYLOAD' }
  const { txId } = transaction
  if (transaction.channel !== ledger.channel) return { txId: '', validationCode: 'TARGET_CHAIN_NOT_FOUND' }
  if (transaction.type === 'config') {
    scene.isConfig = true
    return { txId, validationCode: 'VALID' }
  }
  const rejection = rejectionOf(transaction, scene)
  if (rejection !== undefined) return { txId, ...rejection }
  const privateSets = privateSetsOf(transaction, ledger.persistedPrivate(txId))
  // As on a peer, also those of a transaction that only conflicts (kvledger/kv_ledger.go, constructPvtDataAndMissingData).
  scene.privateSets.push(...keptSets(privateSets, version, ledger))
  const conflict = await findConflict(transaction.readWriteSet, updates, ledger.soundBelow(txId))
  if (conflict !== undefined) {
    return { txId, validationCode: conflict.code, conflict: await explainConflict(conflict, updates, ledger) }
  }
  scene.purged.push(...purgedKeys(transaction, version))
  updates.apply({ ...transaction, privateSets }, version)
  return { txId, validationCode: 'VALID' }
}

/** Why a transaction is invalid whatever it read: its id, its endorsements or its writes. */
function rejectionOf(
  transaction: OrderedTransaction,
  { ledger, endorsementFailure, seen }: Scene,
): Omit<ValidatedTransaction, 'txId'> | undefined {
  const { txId } = transaction
  if (ledger.hasTransaction(txId)) return { validationCode: 'DUPLICATE_TXID' }
  const failure = endorsementFailure?.(transaction)
  if (failure !== undefined) return { validationCode: failure.code, endorsementFailure: failure }
  if (seen.has(txId)) return { validationCode: 'DUPLICATE_TXID' }
  seen.add(txId)
  return isWritable(transaction, ledger) ? undefined : { validationCode: 'INVALID_WRITESET' }
}

/** Whether the state database takes its keys and values (validation/batch_preparer.go, validateWriteset). */
function isWritable({ readWriteSet }: OrderedTransaction, ledger: Ledger): boolean {
  try {
    for (const { writes } of readWriteSet) {
      for (const { key, value } of writes) ledger.validateKeyValue(key, value)
    }
    return true
  } catch {
    // A block records only that one of them is refused.
    return false
  }
}

const codeNames = new Map(Object.entries(TxValidationCode).map(([name, code]) => [code as number, name]))
