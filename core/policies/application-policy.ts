import { ApplicationPolicy } from '../protos/policies.ts'
import { parsePolicy } from './policy-dsl.ts'
import { policyText } from './policy-text.ts'

/**
 * A policy as people write it, as the message that a definition holds: what `--signature-policy` and
 * `--channel-config-policy` of `peer lifecycle chaincode` make of it. What begins with `/` is the path of a policy of
 * the channel.
 * @throws Error what parsePolicy throws
 */
export function applicationPolicy(text: string): Uint8Array {
  const policy = new ApplicationPolicy()
  if (text.startsWith('/')) policy.setChannelConfigPolicyReference(text)
  else policy.setSignaturePolicy(parsePolicy(text))
  return policy.serializeBinary()
}

/** The way back, for people; empty where it is neither. */
export function applicationPolicyText(policy: ApplicationPolicy): string {
  const signature = policy.getSignaturePolicy()
  return signature === undefined ? policy.getChannelConfigPolicyReference() : policyText(signature)
}
