import { ApplicationPolicy } from '../protos/policies.ts'
import { parsePolicy } from './policy-dsl.ts'
import { policyText } from './policy-text.ts'

/**
 * Marshals a policy for a definition, as `--signature-policy` and `--channel-config-policy` of `peer lifecycle
 * chaincode` do. A text that begins with `/` is the path of a channel policy.
 * @throws Error as parsePolicy
 */
export function applicationPolicy(text: string): Uint8Array {
  const policy = new ApplicationPolicy()
  if (text.startsWith('/')) policy.setChannelConfigPolicyReference(text)
  else policy.setSignaturePolicy(parsePolicy(text))
  return policy.serializeBinary()
}

/** The reverse, for people; empty if the policy is neither kind. */
export function applicationPolicyText(policy: ApplicationPolicy): string {
  const signature = policy.getSignaturePolicy()
  return signature === undefined ? policy.getChannelConfigPolicyReference() : policyText(signature)
}
