import { messageOf } from '../contract/error-message.ts'
import { applicationPolicy } from '../policies/application-policy.ts'

const HOW =
  "write it like AND('Org1MSP.peer', 'Org2MSP.peer'), or name a channel policy: /Channel/Application/Endorsement"

/** What is wrong with an `endorsementPolicy` of slipway.yaml, in words that follow the key; undefined if nothing is. */
export function policyFault(policy: string): string | undefined {
  try {
    applicationPolicy(policy)
    return undefined
  } catch (error) {
    return `isn't a policy (${messageOf(error)}): ${HOW}`
  }
}
