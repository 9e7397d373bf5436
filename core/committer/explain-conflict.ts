import type { CallResult } from '../contract/call.ts'
import type { BlockUpdates } from '../ledger/block-updates.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Version } from '../ledger/results.ts'
import { LIFECYCLE_NAMESPACE } from '../privdata/definition-keys.ts'
import { parseDerived } from '../privdata/namespaces.ts'
import type { Conflict } from './mvcc.ts'
import { parseEnvelope } from './ordered-transaction.ts'

/** The conflict and the transaction that caused it, for the author. A real peer only logs the key. */
export async function explainConflict(
  conflict: Conflict,
  updates: BlockUpdates,
  ledger: Pick<Ledger, 'blocks' | 'readHistory'>,
): Promise<CallResult['conflict']> {
  const { namespace, key } = conflict
  const byTxId = updates.of(namespace, key)?.txId ?? (await writerOf(conflict, ledger))
  return { namespace, key, words: conflictWords(conflict, byTxId), byTxId }
}

/** Who last wrote a committed key: the transaction at its version; if it was deleted, the last in its history. */
async function writerOf(
  { namespace, key, now }: Conflict,
  ledger: Pick<Ledger, 'blocks' | 'readHistory'>,
): Promise<string | undefined> {
  if (now === null) return (await ledger.readHistory({ namespace, key, limit: 1 }))[0]?.txId
  const envelope = ledger.blocks.byNumber(BigInt(now.block)).getData()?.getDataList_asU8()[now.tx]
  const transaction = envelope && parseEnvelope(envelope)
  return transaction === undefined || 'code' in transaction ? undefined : transaction.txId
}

function conflictWords({ key, namespace, read, now, range, takenBack }: Conflict, byTxId: string | undefined): string {
  const redefined = definedBy(namespace, key)
  if (redefined !== undefined) {
    return `The definition of ${redefined} changed after this transaction was endorsed: it was at ${at(read)}, now it is at ${at(now)}. Call again.`
  }
  const derived = parseDerived(namespace)
  const name =
    derived === undefined
      ? `key ${JSON.stringify(key)} of ${namespace}`
      : `key with the hash ${key} in the collection ${derived.collection} of ${derived.namespace}`
  if (takenBack === true)
    return `The ${name} was at ${at(read)} when this transaction read it; the channel was taken back behind that block since. Call again.`
  const by = byTxId === undefined ? '' : ` by transaction ${byTxId.slice(0, 8)}`
  if (range !== undefined) {
    const where = `the range ${JSON.stringify(range.start)} to ${JSON.stringify(range.end)} that this transaction read`
    if (read === null) return `The ${name} was added to ${where}${by} (${at(now)}).`
    if (now === null) return `The ${name} was deleted from ${where}${by}.`
    return `The ${name} in ${where} was changed${by}: it was at ${at(read)}, now it is at ${at(now)}.`
  }
  if (read === null && now === null)
    return `The ${name} did not exist when this transaction read it; it has since been deleted all the same${by}, and any write in the same block is a conflict.`
  if (read === null)
    return `The ${name} did not exist when this transaction read it; it has since been written${by} (${at(now)}).`
  if (now === null)
    return `The ${name} was at ${at(read)} when this transaction read it; it has since been deleted${by}.`
  return `The ${name} was at ${at(read)} when this transaction read it; it has since been changed${by} and is now at ${at(now)}.`
}

/** The chaincode whose definition a key belongs to. */
function definedBy(namespace: string, key: string): string | undefined {
  if (namespace !== LIFECYCLE_NAMESPACE) return undefined
  return /^namespaces\/(?:fields|metadata)\/([^/]+)/.exec(key)?.[1]
}

function at(version: Version | null): string {
  return version === null ? 'no version' : `block ${version.block}, transaction ${version.tx}`
}
