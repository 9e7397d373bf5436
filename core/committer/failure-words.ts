import type { EndorsementFailure } from '../contract/call.ts'

/**
 * The failure in words, for the author. A real peer only logs it.
 * @param isChanged whether an earlier transaction of the same block changes the policy
 */
export function failureWords(failure: Omit<EndorsementFailure, 'words'>, isChanged: boolean): string {
  const { code, namespace, collection, key, policy, endorsers } = failure
  if (code === 'INVALID_CHAINCODE') return `No chaincode ${namespace} is defined on this channel.`
  const owner = collection === undefined ? namespace : `the collection ${collection} of ${namespace}`
  const target = key === undefined ? owner : `the key ${JSON.stringify(key)} of ${owner}`
  if (isChanged) return `The endorsement policy of ${target} is changed by an earlier transaction of the same block.`
  if (policy === undefined) return `The collection ${collection ?? ''} of ${namespace} doesn't exist.`
  const by =
    endorsers.length === 0 ? 'nobody did' : `${endorsers.join(' and ')} ${endorsers.length === 1 ? 'alone ' : ''}did`
  return `Writes to ${target} must be endorsed by ${policy}; ${by}.`
}
