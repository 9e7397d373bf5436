import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import { parsePolicy } from '../policies/policy-dsl.ts'
import { ApplicationPolicy } from '../protos/policies.ts'

/**
 * `endorsementPolicy` of slipway.yaml as the message that a definition holds, as `--signature-policy` and
 * `--channel-config-policy` of `peer lifecycle chaincode` make it: what begins with `/` is the path of a policy of the
 * channel. undefined where nothing is said. Throws CONFIG_POLICY.
 */
export function readEndorsementPolicy(folder: string, said: string | undefined): Uint8Array | undefined {
  if (said === undefined) return undefined
  const policy = new ApplicationPolicy()
  if (said.startsWith('/')) {
    policy.setChannelConfigPolicyReference(said)
    return policy.serializeBinary()
  }
  try {
    policy.setSignaturePolicy(parsePolicy(said))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('CONFIG_POLICY', { file: path.join(folder, 'slipway.yaml'), message }, { cause: error })
  }
  return policy.serializeBinary()
}
