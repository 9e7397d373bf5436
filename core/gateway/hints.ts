import type { CallResult, Hint, ReadWriteSet } from '../contract/call.ts'
import { isClassTransformerFault } from '../endorser/contract-metadata.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import { couchDBHints } from './couchdb-hints.ts'

/** A query that examines this many documents gets CouchDB's warnings. */
const MANY_DOCUMENTS = 100

/** What the author should know about a call that succeeded. */
export function hintsOf(
  kind: CallResult['kind'],
  readWriteSet: ReadWriteSet,
  simulator: TxSimulator,
  response: { status: number; message: string; hasEvent: boolean },
): Hint[] {
  const hints: Hint[] = []
  const writes = readWriteSet.namespaces.flatMap((ns) => [
    ...ns.writes,
    ...ns.metadataWrites,
    ...(ns.collections ?? []).flatMap((collection) => [...collection.writes, ...collection.metadataWrites]),
  ])
  if (kind === 'evaluate' && writes.length > 0) {
    const keys = writes.length === 1 ? 'a key' : `${writes.length} keys`
    hints.push({
      name: 'writes-dropped',
      words: `It wrote ${keys}, and evaluate drops writes. Submit it to keep them.`,
    })
  }
  if (kind === 'submit' && writes.length === 0 && response.status < 400 && !response.hasEvent) {
    hints.push({
      name: 'wrote-nothing',
      words: 'It wrote nothing: evaluate is enough, and puts no block on the ledger.',
    })
  }
  for (const { key } of simulator.ownWritesRead()) {
    const words = `It read ${JSON.stringify(key)} after writing it. A read shows the committed value, never the transaction's own write.`
    hints.push({ name: 'reads-own-write', key, words })
  }
  for (const { namespace, key } of simulator.emptyWrites()) {
    const words = `It put an empty value at ${JSON.stringify(key)} of ${namespace}. Fabric treats that as a delete.`
    hints.push({ name: 'empty-value-deletes', key, words })
  }
  for (const { namespace, writes, made } of response.status < ERROR_THRESHOLD ? simulator.refusedBatches() : []) {
    // One write alone has only one order.
    if (writes === 1) continue
    const words = `It went on after a write batch of ${namespace} had failed: ${made} of ${writes} writes were made before the one that was refused. The shim sends a batch in any order, so on a network each peer may have made others. Return the error, so that nothing is endorsed.`
    hints.push({ name: 'batch-order', words })
  }
  const heavy = simulator.queries().filter(({ examined }) => examined >= MANY_DOCUMENTS)
  for (const words of new Set(heavy.flatMap(({ warnings }) => warnings))) {
    hints.push({ name: 'query-warning', words: `CouchDB about its query: ${words}` })
  }
  hints.push(...couchDBHints(simulator))
  if (isClassTransformerFault(response)) {
    const words =
      'fabric-contract-api 2.5.8 breaks with class-transformer 0.4.1. Add "overrides": { "class-transformer": "0.4.0" } to package.json and run npm install.'
    hints.push({ name: 'class-transformer', words })
  }
  return hints
}
