import type { OrderedTransaction, SentEnvelope } from '../ledger/ordered-transaction.ts'
import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'

/** Who may send and who must endorse what is committed (Fabric, core/committer/txvalidator/v20/validator.go, v2.5). */
export interface TxValidator {
  /** Whether the creator is taken by an organisation of the channel, and has signed the envelope. */
  isSentBy(sent: SentEnvelope): boolean
  /** Whether the endorsements satisfy the policy. */
  isEndorsed(transaction: OrderedTransaction): boolean
}

/**
 * Signatures are verified for real. The endorsement policy is that of a development peer: a member of any organisation
 * of the channel. An endorsement that is not its endorser's counts for nothing, as in Fabric.
 */
export function newTxValidator(msps: MSPManager): TxValidator {
  return {
    isSentBy({ creator, payload, signature }) {
      const identity = memberOf(msps, creator)
      return identity?.verify(payload, signature) ?? false
    },
    isEndorsed({ endorsed: { payload, endorsements } }) {
      return endorsements.some(
        ({ endorser, signature }) =>
          memberOf(msps, endorser)?.verify(Buffer.concat([payload, endorser]), signature) ?? false,
      )
    },
  }
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
