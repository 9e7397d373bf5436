import type { EndorsementFailure } from '../contract/call.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'
import { endorsementPolicies } from './endorsement-policies.ts'
import { newKeyLevelValidator } from './key-level-validator.ts'
import type { OrderedTransaction, SentEnvelope } from './ordered-transaction.ts'

/** What endorsers endorse. */
export type EndorsedTransaction = Pick<OrderedTransaction, 'chaincode' | 'readWriteSet'>

/** Who may send and who must endorse what is committed (Fabric core/committer/txvalidator/v20/validator.go, v3.1). */
export interface TxValidator {
  /** Whether an organisation of the channel accepts the creator, who has signed the envelope. */
  isSentBy(sent: SentEnvelope): boolean
  /** Why the endorsements of a block's transactions, passed in their order, don't suffice; undefined: they do. */
  forBlock(): (transaction: OrderedTransaction) => EndorsementFailure | undefined
  /** The same for a transaction that isn't endorsed yet, if these endorsed it, serialized identities. */
  failureOf(transaction: EndorsedTransaction, endorsers: readonly Uint8Array[]): EndorsementFailure | undefined
}

export function newTxValidator(msps: MSPManager, ledger: Pick<Ledger, 'state' | 'blocks'>): TxValidator {
  const policies = endorsementPolicies(ledger.state, () => ledger.blocks.config())
  return {
    isSentBy({ creator, payload, signature }) {
      return memberOf(msps, creator)?.verify(payload, signature) ?? false
    },
    forBlock() {
      const validate = newKeyLevelValidator(policies)
      return (transaction) => validate(transaction, endorsersOf(msps, transaction))
    },
    failureOf(transaction, endorsers) {
      const identities = endorsers.map((endorser) => memberOf(msps, endorser)).filter((member) => member !== undefined)
      return newKeyLevelValidator(policies)(transaction, identities)
    },
  }
}

/** Those who signed what they endorse. An endorsement that its endorser didn't sign counts for nothing. */
function endorsersOf(msps: MSPManager, { endorsed: { payload, endorsements } }: OrderedTransaction): Identity[] {
  return endorsements.flatMap(({ endorser, signature }) => {
    const identity = memberOf(msps, endorser)
    return identity?.verify(Buffer.concat([payload, endorser]), signature) === true ? [identity] : []
  })
}

/** Undefined if no organisation of the channel knows or accepts it. */
function memberOf(msps: MSPManager, serialized: Uint8Array): Identity | undefined {
  try {
    const identity = msps.deserialize(serialized)
    return identity.problem === undefined ? identity : undefined
  } catch {
    // Validation treats unknown and malformed identities alike.
    return undefined
  }
}
