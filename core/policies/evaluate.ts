import type { Identity } from '../msp/identity.ts'
import { satisfies } from '../msp/principals.ts'
import { SignaturePolicy, type MSPPrincipal, type SignaturePolicyEnvelope } from '../protos/policies.ts'

/**
 * Whether these identities satisfy a policy. Each counts as one signature, and gates take them greedily in their order,
 * as Fabric does (common/cauthdsl/cauthdsl.go, compile; common/policies/policy.go, which skips an identity it has
 * already seen). The caller checks that each has really signed.
 * @throws Error in Fabric's words if the policy itself is malformed
 */
export function evaluate(policy: SignaturePolicyEnvelope, identities: readonly Identity[]): boolean {
  const rule = policy.getRule()
  if (rule === undefined) throw new Error('Empty policy element')
  const signed = new Map(identities.map((identity) => [`${identity.mspId}${identity.id}`, identity]))
  return gate(rule, policy.getIdentitiesList(), [...signed.values()], new Set()) !== undefined
}

/** The identities used to satisfy the rule; undefined if it isn't satisfied. */
function gate(
  rule: SignaturePolicy,
  principals: MSPPrincipal[],
  identities: readonly Identity[],
  used: ReadonlySet<Identity>,
): ReadonlySet<Identity> | undefined {
  const outOf = rule.getNOutOf()
  if (outOf !== undefined) {
    let verified = 0
    let usedSoFar = used
    for (const inner of outOf.getRulesList()) {
      const after = gate(inner, principals, identities, usedSoFar)
      if (after === undefined) continue
      verified++
      usedSoFar = after
    }
    return verified >= outOf.getN() ? usedSoFar : undefined
  }
  if (rule.getTypeCase() !== SignaturePolicy.TypeCase.SIGNED_BY) throw new Error('Unknown type: <nil>:<nil>')
  const index = rule.getSignedBy()
  const principal = principals[index]
  if (principal === undefined) {
    throw new Error(`identity index out of range, requested ${index}, but identities length is ${principals.length}`)
  }
  const signer = identities.find((identity) => !used.has(identity) && satisfies(identity, principal))
  return signer === undefined ? undefined : new Set([...used, signer])
}
