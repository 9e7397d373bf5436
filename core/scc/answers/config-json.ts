import { policyText } from '../../policies/policy-text.ts'
import {
  BatchSize,
  BatchTimeout,
  Capabilities,
  ConsensusType,
  FabricMSPConfig,
  HashingAlgorithm,
  ImplicitMetaPolicy,
  MSPConfig,
  Policy,
  type Config,
  type ConfigGroup,
} from '../../protos/config.ts'
import { namesOf } from '../../protos/enum-names.ts'
import { SignaturePolicyEnvelope } from '../../protos/policies.ts'

const ruleName = namesOf(ImplicitMetaPolicy.Rule)

/** A channel's configuration for people: the tree of its groups, with policies as text. */
export function configJson(config: Config): unknown {
  const root = config.getChannelGroup()
  return { sequence: config.getSequence(), Channel: root && groupJson(root) }
}

/** JSON leaves out what is undefined. */
interface GroupJson {
  groups: Record<string, GroupJson> | undefined
  values: Record<string, unknown> | undefined
  policies: Record<string, string> | undefined
}

function groupJson(group: ConfigGroup): GroupJson {
  const groups: Record<string, GroupJson> = {}
  group.getGroupsMap().forEach((child, name) => (groups[name] = groupJson(child)))
  const values: Record<string, unknown> = {}
  group.getValuesMap().forEach((value, name) => (values[name] = valueJson(name, value.getValue_asU8())))
  const policies: Record<string, string> = {}
  group.getPoliciesMap().forEach((entry, name) => (policies[name] = ruleOf(entry.getPolicy())))
  return { groups: unlessEmpty(groups), values: unlessEmpty(values), policies: unlessEmpty(policies) }
}

/** The content of a known value; the bytes of an unknown one. */
function valueJson(name: string, bytes: Uint8Array): unknown {
  switch (name) {
    case 'BatchSize':
      return BatchSize.deserializeBinary(bytes).toObject()
    case 'BatchTimeout':
      return BatchTimeout.deserializeBinary(bytes).getTimeout()
    case 'Capabilities':
      return [...Capabilities.deserializeBinary(bytes).getCapabilitiesMap().keys()]
    case 'ConsensusType':
      return ConsensusType.deserializeBinary(bytes).getType()
    case 'HashingAlgorithm':
      return HashingAlgorithm.deserializeBinary(bytes).getName()
    case 'MSP': {
      const msp = FabricMSPConfig.deserializeBinary(MSPConfig.deserializeBinary(bytes).getConfig_asU8())
      const rootCerts = msp.getRootCertsList_asU8().map((pem) => Buffer.from(pem).toString())
      return { name: msp.getName(), rootCerts }
    }
    default:
      return { base64: Buffer.from(bytes).toString('base64') }
  }
}

function ruleOf(policy: InstanceType<typeof Policy> | undefined): string {
  const bytes = policy?.getValue_asU8() ?? new Uint8Array()
  if (policy?.getType() === Policy.PolicyType.SIGNATURE) {
    return policyText(SignaturePolicyEnvelope.deserializeBinary(bytes))
  }
  const meta = ImplicitMetaPolicy.deserializeBinary(bytes)
  return `${ruleName(meta.getRule())} ${meta.getSubPolicy()}`
}

function unlessEmpty<T extends object>(members: T): T | undefined {
  return Object.keys(members).length === 0 ? undefined : members
}
