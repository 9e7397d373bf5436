import { namesOf } from '../protos/enum-names.ts'
import { MSPPrincipal, MSPRole, type SignaturePolicy, type SignaturePolicyEnvelope } from '../protos/policies.ts'

const roleName = namesOf(MSPRole.MSPRoleType)

/** A policy in the language that parsePolicy reads: `AND('Org1MSP.peer', 'Org2MSP.peer')`. */
export function policyText(policy: SignaturePolicyEnvelope): string {
  const principals = policy.getIdentitiesList().map(principalText)
  const rule = policy.getRule()
  return rule === undefined ? '' : ruleText(rule, principals)
}

function ruleText(rule: SignaturePolicy, principals: readonly string[]): string {
  const outOf = rule.getNOutOf()
  if (outOf === undefined) return principals[rule.getSignedBy()] ?? `principal ${rule.getSignedBy()}, which is missing`
  const inner = outOf.getRulesList().map((innerRule) => ruleText(innerRule, principals))
  const n = outOf.getN()
  const list = inner.join(', ')
  if (n === inner.length) return inner.length === 1 ? `OR(${list})` : `AND(${list})`
  return n === 1 ? `OR(${list})` : `OutOf(${[n, ...inner].join(', ')})`
}

function principalText(principal: InstanceType<typeof MSPPrincipal>): string {
  if (principal.getPrincipalClassification() !== MSPPrincipal.Classification.ROLE) return 'a certain certificate'
  const role = MSPRole.deserializeBinary(principal.getPrincipal_asU8())
  return `'${role.getMspIdentifier()}.${roleName(role.getRole()).toLowerCase()}'`
}
