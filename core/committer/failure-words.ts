import type { EndorsementFailure } from '../contract/call.ts'

/**
 * The failure as a person reads it. A peer has it in its own log; the author needs it beside the call.
 * @param isChanged the policy is being changed by an earlier transaction of the same block
 */
export function failureWords(failure: Omit<EndorsementFailure, 'words'>, isChanged: boolean): string {
  const { code, namespace, collection, key, policy, endorsers } = failure
  if (code === 'INVALID_CHAINCODE') return `No chaincode ${namespace} is defined on this channel.`
  const where = collection === undefined ? namespace : `the collection ${collection} of ${namespace}`
  const whose = key === undefined ? where : `the key ${JSON.stringify(key)} of ${where}`
  if (isChanged) return `The endorsement policy of ${whose} is changed by an earlier transaction of the same block.`
  if (policy === undefined) return `There is no collection ${collection ?? ''} of ${namespace}.`
  const by =
    endorsers.length === 0 ? 'nobody did' : `${endorsers.join(' and ')} ${endorsers.length === 1 ? 'alone ' : ''}did`
  return `Writes of ${whose} must be endorsed as ${policy} says; ${by}.`
}
