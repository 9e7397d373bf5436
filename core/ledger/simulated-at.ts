import type { LedgerKeys } from './ledger-keys.ts'
import type { StateQueries } from './state-queries.ts'
import type { Store } from './store.ts'

/** What a simulation takes from its channel, besides the store. */
interface SimulatedChannel {
  /** MSP ids of its organisations. */
  organisations: () => readonly string[]
  /** Undefined: the state database has no rich queries, as goleveldb. */
  queries?: StateQueries | undefined
}

/** The transaction, and where it is simulated. */
export type SimulatedAt = { txId: string; store: Store; keys: LedgerKeys; channel: SimulatedChannel }
