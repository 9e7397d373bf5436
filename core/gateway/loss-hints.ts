import type { Hint } from '../contract/call.ts'
import type { SimulationNotes } from '../ledger/simulation-notes.ts'
import type { SimulationResults } from '../ledger/simulation-results.ts'

/** What a peer drops, or leaves out of an answer, without telling anybody. `mspId`: whose peer it is. */
export function lossHints(
  { policiesLost }: Pick<SimulationResults, 'policiesLost'>,
  notes: SimulationNotes,
  mspId: string,
): Hint[] {
  return [
    ...policiesLost.map(({ collection, key }): Hint => {
      const of = collection === undefined ? '' : ` of ${collection}`
      const words = `It gave ${JSON.stringify(key)}${of} an endorsement policy, but that key has no value, so the commit drops the policy without a word. Put a value first, or in the same transaction.`
      return { name: 'policy-lost', key, words }
    }),
    ...notes.writesElsewhere.map(({ chaincode, channel, keys }): Hint => {
      const words = `${chaincode} on ${channel} wrote ${keys === 1 ? 'a key' : `${keys} keys`}. A chaincode called on another channel can only be read: those writes are dropped. Submit them to ${channel} in a transaction of their own.`
      return { name: 'writes-elsewhere', words }
    }),
    ...notes.calleeEvents.map(({ chaincode, event }): Hint => {
      const words = `${chaincode} set the event ${JSON.stringify(event)}. Only the chaincode that a client calls can set one: that of a called chaincode is dropped. Have the caller set it.`
      return { name: 'callee-event', words }
    }),
    ...notes.refusedBatches.flatMap(({ namespace, writes, made }): Hint[] => {
      // One write alone has only one order.
      if (writes === 1) return []
      const words = `It went on after a write batch of ${namespace} had failed: ${made} of ${writes} writes were made before the one that was refused. The shim sends a batch in any order, so on a network each peer may have made others. Return the error, so that nothing is endorsed.`
      return [{ name: 'batch-order', words }]
    }),
    ...hashHints(notes, mspId),
  ]
}

/** One for each collection: a search may have been for many keys. */
function hashHints({ hashesOnly, searchedHashes }: SimulationNotes, mspId: string): Hint[] {
  const keys = new Map<string, string[]>()
  for (const { collection, key } of hashesOnly) keys.set(collection, [...(keys.get(collection) ?? []), key])
  const why = `the peer of ${mspId} has only their hashes, since ${mspId} isn’t a member`
  const remedy = 'Let a member’s peer endorse it, or read the hash (GetPrivateDataHash).'
  return [
    ...[...keys].map(([collection, [key = '', ...others]]): Hint => {
      const more = others.length === 0 ? '' : ` and ${others.length} more`
      const words = `It was told that ${JSON.stringify(key)}${more} of ${collection} have no value, but they have: ${why}. A transaction that read them so is invalidated. ${remedy}`
      return { name: 'hashes-only', key, words }
    }),
    ...[...new Set(searchedHashes.map(({ collection }) => collection))].map((collection): Hint => {
      const words = `It searched ${collection} and found nothing, whatever is in there: ${why}. ${remedy}`
      return { name: 'hashes-only', words }
    }),
  ]
}
