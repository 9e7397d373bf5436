import type { BlockUpdates } from './block-updates.ts'
import type { DueExpiry, ScheduledExpiry } from './expiry-schedule.ts'
import type { BlockPrivateSet, PurgedKey } from './private-sets-by-block.ts'

/** Everything the ledger stores of a block, as validation found it. */
export interface ValidatedBlock {
  envelopes: Uint8Array[]
  /** In the order of the envelopes. `txId` is '' where the envelope can't be read; `code` is a TxValidationCode. */
  transactions: readonly { txId: string; code: number }[]
  /** Whether it gives the channel a new configuration. */
  isConfig: boolean
  /** What its valid transactions write, and what expires with it. */
  updates: BlockUpdates
  /** The entries of the schedule that it settles. */
  expired: readonly DueExpiry[]
  /** The private writes of its transactions that expire later. */
  expiring: readonly ScheduledExpiry[]
  /** What its transactions wrote in collections, and which keys they purged there. */
  privateSets: readonly BlockPrivateSet[]
  purged: readonly PurgedKey[]
}
