import { parsePolicy } from '../policies/policy-dsl.ts'
import type { BatchConfig } from '../orderer/block-cutter.ts'
import {
  BatchSize,
  BatchTimeout,
  BlockDataHashingStructure,
  Capabilities,
  Capability,
  ChannelRestrictions,
  ConfigGroup,
  ConfigPolicy,
  ConfigValue,
  ConsensusType,
  HashingAlgorithm,
  ImplicitMetaPolicy,
  Policy,
} from '../protos/config.ts'
import { mspConfig, type OrganisationMSP } from './msp-config.ts'
import { setOrdererAddress } from './orderer-addresses.ts'

/** The settings that a channel's configuration is made from. */
export interface ChannelSettings {
  /** Its organisations: who may call and who endorses. */
  organisations: readonly OrganisationMSP[]
  /** The organisation whose node signs its blocks. */
  orderer: OrganisationMSP
  /** Where it is reached, `host:port`; undefined where that is another port each time. */
  ordererAddress?: string | undefined
  batch: BatchConfig
  capabilities: Capabilities
}

type Capabilities = Record<'channel' | 'application', string>

const ADMINS = 'Admins'
const { ANY, MAJORITY } = ImplicitMetaPolicy.Rule

/**
 * The root of a channel's configuration as configtxgen makes it from Fabric's sample configtx.yaml, with the policies
 * that the test network gives its organisations (internal/configtxgen/encoder/encoder.go, NewChannelGroup, v3.1).
 */
export function channelGroup(settings: ChannelSettings): ConfigGroup {
  const { organisations, orderer, ordererAddress, batch, capabilities } = settings
  const hashing = new HashingAlgorithm()
  hashing.setName('SHA256')
  const structure = new BlockDataHashingStructure()
  structure.setWidth(0xffffffff)
  const root = group({
    values: {
      HashingAlgorithm: hashing,
      BlockDataHashingStructure: structure,
      Capabilities: required(capabilities.channel),
    },
    policies: META,
    groups: {
      Orderer: ordererGroup(orderer, batch),
      Application: applicationGroup(organisations, capabilities.application),
    },
  })
  if (ordererAddress !== undefined) setOrdererAddress(root, ordererAddress)
  return root
}

function ordererGroup(orderer: OrganisationMSP, batch: BatchConfig): ConfigGroup {
  const size = new BatchSize()
  size.setMaxMessageCount(batch.maxMessageCount)
  size.setAbsoluteMaxBytes(batch.absoluteMaxBytes)
  size.setPreferredMaxBytes(batch.preferredMaxBytes)
  const timeout = new BatchTimeout()
  // A configuration's timeout must be positive (common/channelconfig/orderer.go, validateBatchTimeout).
  timeout.setTimeout(goDuration(Math.max(1, batch.batchTimeout)))
  // A single process, which needs no agreement.
  const consensus = new ConsensusType()
  consensus.setType('solo')
  return group({
    values: {
      BatchSize: size,
      BatchTimeout: timeout,
      ChannelRestrictions: new ChannelRestrictions(),
      Capabilities: required('V2_0'),
      ConsensusType: consensus,
    },
    policies: { ...META, BlockValidation: implicit(ANY, 'Writers') },
    groups: { [orderer.mspId]: organisationGroup(orderer, { Writers: `OR('${orderer.mspId}.member')` }) },
  })
}

function applicationGroup(organisations: readonly OrganisationMSP[], capability: string): ConfigGroup {
  const groups = organisations.map((organisation): [string, ConfigGroup] => [
    organisation.mspId,
    organisationGroup(organisation, { Endorsement: `OR('${organisation.mspId}.peer')` }),
  ])
  return group({
    values: { Capabilities: required(capability) },
    policies: {
      ...META,
      Endorsement: implicit(MAJORITY, 'Endorsement'),
      LifecycleEndorsement: implicit(MAJORITY, 'Endorsement'),
    },
    groups: Object.fromEntries(groups),
  })
}

/** `policies`: added to those that every organisation has, or replacing them, in the policy language. */
function organisationGroup(organisation: OrganisationMSP, policies: Record<string, string>): ConfigGroup {
  const { mspId } = organisation
  const all = {
    Readers: `OR('${mspId}.admin', '${mspId}.peer', '${mspId}.client')`,
    Writers: `OR('${mspId}.admin', '${mspId}.client')`,
    Admins: `OR('${mspId}.admin')`,
    ...policies,
  }
  return group({
    values: { MSP: mspConfig(organisation) },
    policies: Object.fromEntries(Object.entries(all).map(([name, text]) => [name, signature(text)])),
    groups: {},
  })
}

interface Parts {
  values: Record<string, { serializeBinary(): Uint8Array }>
  policies: Record<string, InstanceType<typeof Policy>>
  groups: Record<string, ConfigGroup>
}

function group({ values, policies, groups }: Parts): ConfigGroup {
  const root = new ConfigGroup()
  root.setModPolicy(ADMINS)
  for (const [name, value] of Object.entries(values)) {
    const entry = new ConfigValue()
    entry.setValue(value.serializeBinary())
    entry.setModPolicy(ADMINS)
    root.getValuesMap().set(name, entry)
  }
  for (const [name, policy] of Object.entries(policies)) {
    const entry = new ConfigPolicy()
    entry.setPolicy(policy)
    entry.setModPolicy(ADMINS)
    root.getPoliciesMap().set(name, entry)
  }
  for (const [name, inner] of Object.entries(groups)) root.getGroupsMap().set(name, inner)
  return root
}

function required(name: string): InstanceType<typeof Capabilities> {
  const capabilities = new Capabilities()
  capabilities.getCapabilitiesMap().set(name, new Capability())
  return capabilities
}

function implicit(rule: ImplicitRule, subPolicy: string): InstanceType<typeof Policy> {
  const meta = new ImplicitMetaPolicy()
  meta.setRule(rule)
  meta.setSubPolicy(subPolicy)
  const policy = new Policy()
  policy.setType(Policy.PolicyType.IMPLICIT_META)
  policy.setValue(meta.serializeBinary())
  return policy
}

type ImplicitRule = (typeof ImplicitMetaPolicy.Rule)[keyof typeof ImplicitMetaPolicy.Rule]

function signature(text: string): InstanceType<typeof Policy> {
  const policy = new Policy()
  policy.setType(Policy.PolicyType.SIGNATURE)
  policy.setValue(parsePolicy(text).serializeBinary())
  return policy
}

const META = {
  Readers: implicit(ANY, 'Readers'),
  Writers: implicit(ANY, 'Writers'),
  Admins: implicit(MAJORITY, ADMINS),
}

/** Whole milliseconds as Go's time.Duration prints them. */
function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`
  const [seconds, minutes, hours] = [(ms % 60_000) / 1000, Math.floor(ms / 60_000) % 60, Math.floor(ms / 3_600_000)]
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`
}
