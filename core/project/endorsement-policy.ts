import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import { applicationPolicy } from '../policies/application-policy.ts'

/**
 * `endorsementPolicy` of slipway.yaml as the message that a definition holds; undefined where nothing is said. Throws
 * CONFIG_POLICY.
 */
export function readEndorsementPolicy(folder: string, said: string | undefined): Uint8Array | undefined {
  if (said === undefined) return undefined
  try {
    return applicationPolicy(said)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('CONFIG_POLICY', { file: path.join(folder, 'slipway.yaml'), message }, { cause: error })
  }
}
