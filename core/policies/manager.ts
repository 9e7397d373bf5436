import type { Identity } from '../msp/identity.ts'
import { ImplicitMetaPolicy, Policy, type ConfigGroup } from '../protos/config.ts'
import { SignaturePolicyEnvelope } from '../protos/policies.ts'
import { evaluate } from './evaluate.ts'
import { policyText } from './policy-text.ts'

/** A policy of a channel's configuration. */
export interface ChannelPolicy {
  isSatisfiedBy(identities: readonly Identity[]): boolean
  /** In the policy language: `MAJORITY Endorsement`, `OR('Org1MSP.peer')`. */
  readonly text: string
}

/** The policies of a channel by their paths, `/Channel/Application/Endorsement` (Fabric common/policies/manager.go). */
export interface PolicyManager {
  /** undefined if the configuration doesn't have the policy. */
  policy(path: string): ChannelPolicy | undefined
}

const ROOT = 'Channel'

/** By the root of a configuration, which doesn't change: each transaction asks, so a policy is taken apart once. */
const managers = new WeakMap<ConfigGroup, PolicyManager>()

/** The policies of a configuration's root. */
export function policyManager(root: ConfigGroup): PolicyManager {
  const known = managers.get(root)
  if (known !== undefined) return known
  const policies = new Map<string, ChannelPolicy>()
  const manager: PolicyManager = {
    policy(path) {
      const policy = policies.get(path) ?? policyAt(root, path)
      if (policy !== undefined) policies.set(path, policy)
      return policy
    },
  }
  managers.set(root, manager)
  return manager
}

function policyAt(root: ConfigGroup, path: string): ChannelPolicy | undefined {
  const [top, ...names] = path.split('/').filter((name) => name !== '')
  const name = names.pop()
  if (top !== ROOT || name === undefined) return undefined
  let group: ConfigGroup | undefined = root
  for (const groupName of names) group = group?.getGroupsMap().get(groupName)
  return group === undefined ? undefined : policyOf(group, name)
}

function policyOf(group: ConfigGroup, name: string): ChannelPolicy | undefined {
  const policy = group.getPoliciesMap().get(name)?.getPolicy()
  switch (policy?.getType()) {
    case Policy.PolicyType.SIGNATURE: {
      const envelope = SignaturePolicyEnvelope.deserializeBinary(policy.getValue_asU8())
      return { text: policyText(envelope), isSatisfiedBy: (identities) => evaluate(envelope, identities) }
    }
    case Policy.PolicyType.IMPLICIT_META:
      return implicitMeta(group, ImplicitMetaPolicy.deserializeBinary(policy.getValue_asU8()))
    default:
      return undefined
  }
}

/** Satisfied once enough of the subgroups' policies are (common/policies/implicitmeta.go, v3.1). */
function implicitMeta(group: ConfigGroup, meta: InstanceType<typeof ImplicitMetaPolicy>): ChannelPolicy {
  const { ANY, ALL } = ImplicitMetaPolicy.Rule
  const subPolicies: (ChannelPolicy | undefined)[] = []
  group.getGroupsMap().forEach((below) => subPolicies.push(policyOf(below, meta.getSubPolicy())))
  const { length } = subPolicies
  const rule = meta.getRule()
  const required = rule === ANY ? 1 : rule === ALL ? length : Math.floor(length / 2) + 1
  // Without subgroups anybody satisfies it.
  const threshold = length === 0 ? 0 : required
  const name = rule === ANY ? 'ANY' : rule === ALL ? 'ALL' : 'MAJORITY'
  return {
    text: `${name} ${meta.getSubPolicy()}`,
    isSatisfiedBy: (identities) =>
      subPolicies.filter((policy) => policy?.isSatisfiedBy(identities) === true).length >= threshold,
  }
}
