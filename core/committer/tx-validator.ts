import type { NewTxValidator } from '../ledger/validator.ts'

import type { OrderedTransaction } from '../ledger/ordered-transaction.ts'

import type { Identity } from '../msp/identity.ts'
import type { MSPManager } from '../msp/msp.ts'

import { endorsementPolicies } from './endorsement-policies.ts'
import { newKeyLevelValidator } from './key-level-validator.ts'

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
