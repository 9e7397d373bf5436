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

/** A channel's configuration for people: the tree of its groups, policies as they are written. */
export function configJson(config: Config): unknown {
  const root = config.getChannelGroup()
  return { sequence: config.getSequence(), ...(root === undefined ? {} : { Channel: groupJson(root) }) }
}

interface GroupJson {
  groups?: Record<string, GroupJson>
  values?: Record<string, unknown>
  policies?: Record<string, string>
}

function groupJson(group: ConfigGroup): GroupJson {
  const groups: Record<string, GroupJson> = {}
  group.getGroupsMap().forEach((one, name) => (groups[name] = groupJson(one)))
  const values: Record<string, unknown> = {}
  group.getValuesMap().forEach((one, name) => (values[name] = valueJson(name, one.getValue_asU8())))
  const policies: Record<string, string> = {}
  group.getPoliciesMap().forEach((one, name) => (policies[name] = ruleOf(one.getPolicy())))
  return {
    ...(isEmpty(groups) ? {} : { groups }),
    ...(isEmpty(values) ? {} : { values }),
    ...(isEmpty(policies) ? {} : { policies }),
  }
}

/** What is told of each value that is known; of another one its bytes. */
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

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0
}
