import { parsePolicy } from '../policies/policy-dsl.ts'
import {
  ApplicationPolicy,
  CollectionConfig,
  CollectionConfigPackage,
  CollectionPolicyConfig,
  StaticCollectionConfig,
} from '../protos/policies.ts'

/** One entry of Fabric's own `collections_config.json` (internal/peer/chaincode/common.go, collectionConfigJson). */
export interface CollectionConfigJson {
  name: string
  policy: string
  requiredPeerCount?: number
  maxPeerCount?: number
  blockToLive?: number
  memberOnlyRead?: boolean
  memberOnlyWrite?: boolean
  endorsementPolicy?: { signaturePolicy?: string; channelConfigPolicy?: string }
}

const validName = /^[A-Za-z0-9_-]+$/

/**
 * What `peer lifecycle chaincode approveformyorg --collections-config` makes of the file: a CollectionConfigPackage.
 * @throws Error that names the entry and what is wrong with it
 */
export function packageCollections(json: unknown): Uint8Array {
  if (!Array.isArray(json)) throw new Error('it must be a list of collections')
  const names = new Set<string>()
  const pack = new CollectionConfigPackage()
  for (const [i, entry] of json.entries()) {
    const one = checked(entry, i)
    if (names.has(one.name))
      throw new Error(`collection-name: ${one.name} -- found duplicate in collection configuration`)
    names.add(one.name)
    const config = new CollectionConfig()
    config.setStaticCollectionConfig(staticConfig(one))
    pack.addConfig(config)
  }
  return pack.serializeBinary()
}

function staticConfig(one: CollectionConfigJson): StaticCollectionConfig {
  const members = new CollectionPolicyConfig()
  members.setSignaturePolicy(policyOf(one, one.policy))
  const config = new StaticCollectionConfig()
  config.setName(one.name)
  config.setMemberOrgsPolicy(members)
  config.setRequiredPeerCount(one.requiredPeerCount ?? 0)
  config.setMaximumPeerCount(one.maxPeerCount ?? 1)
  config.setBlockToLive(one.blockToLive ?? 0)
  config.setMemberOnlyRead(one.memberOnlyRead ?? false)
  config.setMemberOnlyWrite(one.memberOnlyWrite ?? false)
  const { signaturePolicy, channelConfigPolicy } = one.endorsementPolicy ?? {}
  if (signaturePolicy !== undefined || channelConfigPolicy !== undefined) {
    const endorsement = new ApplicationPolicy()
    if (signaturePolicy !== undefined) endorsement.setSignaturePolicy(policyOf(one, signaturePolicy))
    else endorsement.setChannelConfigPolicyReference(channelConfigPolicy ?? '')
    config.setEndorsementPolicy(endorsement)
  }
  return config
}

function policyOf({ name }: CollectionConfigJson, policy: string) {
  try {
    return parsePolicy(policy)
  } catch (error) {
    throw new Error(`invalid policy of ${name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function checked(entry: unknown, i: number): CollectionConfigJson {
  const of = `collection ${i + 1}`
  if (typeof entry !== 'object' || entry === null) throw new Error(`${of} must be an object`)
  const { name, policy, blockToLive, requiredPeerCount, maxPeerCount } = entry as Record<string, unknown>
  if (typeof name !== 'string' || !validName.test(name)) {
    throw new Error(`${of} must have a name of letters, digits, '_' and '-'`)
  }
  if (name.startsWith('_')) throw new Error(`${name}: names that begin with '_' are Fabric's own`)
  if (typeof policy !== 'string') throw new Error(`${name} must have a policy, like OR('Org1MSP.member')`)
  for (const [field, value] of Object.entries({ blockToLive, requiredPeerCount, maxPeerCount })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= 0)) {
      throw new Error(`${field} of ${name} must be a whole number of at least 0`)
    }
  }
  const one = entry as CollectionConfigJson
  if ((one.requiredPeerCount ?? 0) > (one.maxPeerCount ?? 1)) {
    throw new Error(
      `collection-name: ${name} -- maximum peer count (${one.maxPeerCount ?? 1}) cannot be less than the required peer count (${one.requiredPeerCount ?? 0})`,
    )
  }
  return one
}
