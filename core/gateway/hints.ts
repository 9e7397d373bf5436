import type { CallResult, Hint } from '../contract/call.ts'
import { isClassTransformerFault } from '../endorser/contract-metadata.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { writtenIn } from '../ledger/described-set.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import type { SimulationResults } from '../ledger/simulation-results.ts'
import { couchDBHints } from './couchdb-hints.ts'
import { lossHints } from './loss-hints.ts'

/** A query that examines this many documents gets CouchDB's warnings. */
const MANY_DOCUMENTS = 100

/** What the chaincode answered, as far as hints depend on it. */
interface Answered {
  status: number
  message: string
  hasEvent: boolean
  /** Of the peer that simulated. */
  mspId: string
}

/** What the author should know about a call that succeeded. */
export function hintsOf(
  kind: CallResult['kind'],
  results: Pick<SimulationResults, 'readWriteSet' | 'policiesLost'>,
  simulator: TxSimulator,
  response: Answered,
): Hint[] {
  const hints: Hint[] = []
  const writes = writtenIn(results.readWriteSet)
  if (kind === 'evaluate' && writes.length > 0) {
    const keys = writes.length === 1 ? 'a key' : `${writes.length} keys`
    hints.push({
      name: 'writes-dropped',
      words: `It wrote ${keys}, and evaluate drops writes. Submit it to keep them.`,
    })
  }
  if (kind === 'submit' && writes.length === 0 && response.status < ERROR_THRESHOLD && !response.hasEvent) {
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
  // An answer that is refused loses everything, and says so.
  if (response.status < ERROR_THRESHOLD) hints.push(...lossHints(results, simulator.notes, response.mspId))
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
