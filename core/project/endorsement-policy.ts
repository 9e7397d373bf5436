import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import { applicationPolicy } from '../policies/application-policy.ts'

/**
 * `endorsementPolicy` of slipway.yaml as the message in a definition; undefined if it isn't set. Throws CONFIG_POLICY.
 */
export function readEndorsementPolicy(folder: string, policy: string | undefined): Uint8Array | undefined {
  if (policy === undefined) return undefined
  try {
    return applicationPolicy(policy)
  } catch (error) {
    const file = path.join(folder, 'slipway.yaml')
    throw new PeerError('CONFIG_POLICY', { file, message: messageOf(error) }, { cause: error })
  }
}
