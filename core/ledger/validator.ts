import type { EndorsementFailure } from '../contract/call.ts'
import type { OrderedTransaction, SentEnvelope } from './ordered-transaction.ts'
import type { WorldState } from './world-state.ts'
import type { Config } from '../protos/config.ts'

/** What endorsers say yes to. */
export type EndorsedTransaction = Pick<OrderedTransaction, 'chaincode' | 'readWriteSet'>

/** What the validator of a channel reads of it: the committed state and the newest configuration. */
export interface ValidatedChannel {
  state: Pick<WorldState, 'get'>
  config(): Config | undefined
}

export type NewTxValidator = (channel: ValidatedChannel) => TxValidator

/** Who may send and who must endorse what is committed (Fabric, core/committer/txvalidator/v20/validator.go, v3.1). */
export interface TxValidator {
  /** Whether the creator is taken by an organisation of the channel, and has signed the envelope. */
  isSentBy(sent: SentEnvelope): boolean
  /** For the transactions of one block, to be asked in their order: why the endorsements do not suffice. */
  forBlock(): (transaction: OrderedTransaction) => EndorsementFailure | undefined
  /** The same of one that nobody has endorsed yet, if these did, serialized identities. */
  failureOf(transaction: EndorsedTransaction, endorsers: readonly Uint8Array[]): EndorsementFailure | undefined
}
