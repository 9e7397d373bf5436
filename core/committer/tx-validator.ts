import type { EndorsementFailure } from '../contract/api.ts'
import type { OrderedTransaction, SentEnvelope } from '../ledger/ordered-transaction.ts'
import type { WorldState } from '../ledger/world-state.ts'
import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'
import type { Config } from '../protos/config.ts'
import { endorsementPolicies } from './endorsement-policies.ts'
import { newKeyLevelValidator } from './key-level-validator.ts'

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

/** Makes the validator of each channel of a peer. */
export function newTxValidators(msps: MSPManager): NewTxValidator {
  return ({ state, config }) => {
    const policies = endorsementPolicies(state, config)
    return {
      isSentBy({ creator, payload, signature }) {
        const identity = memberOf(msps, creator)
        return identity?.verify(payload, signature) ?? false
      },
      forBlock() {
        const validate = newKeyLevelValidator(policies)
        return (transaction) => validate(transaction, endorsersOf(msps, transaction))
      },
      failureOf(transaction, endorsers) {
        const identities = endorsers.map((endorser) => memberOf(msps, endorser)).filter((one) => one !== undefined)
        return newKeyLevelValidator(policies)(transaction, identities)
      },
    }
  }
}

/** Those who have signed what they endorse. An endorsement that is not its endorser's counts for nothing. */
function endorsersOf(msps: MSPManager, { endorsed: { payload, endorsements } }: OrderedTransaction): Identity[] {
  return endorsements.flatMap(({ endorser, signature }) => {
    const identity = memberOf(msps, endorser)
    return identity?.verify(Buffer.concat([payload, endorser]), signature) === true ? [identity] : []
  })
}

/** Undefined where no organisation of the channel knows or takes it. */
function memberOf(msps: MSPManager, serialized: Uint8Array): Identity | undefined {
  try {
    const identity = msps.deserialize(serialized)
    return identity.problem === undefined ? identity : undefined
  } catch {
    // Unknown and malformed are the same to whoever asks here.
    return undefined
  }
}
