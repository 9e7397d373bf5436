import { messageOf } from '../contract/error-message.ts'
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
 * @throws Error that names the entry and its mistake
 */
export function packageCollections(json: unknown): Uint8Array {
  if (!Array.isArray(json)) throw new Error('it must be a list of collections')
  const names = new Set<string>()
  const pack = new CollectionConfigPackage()
  for (const [i, entry] of json.entries()) {
    const collection = checked(entry, i)
    const { name } = collection
    if (names.has(name)) throw new Error(`collection-name: ${name} -- found duplicate in collection configuration`)
    names.add(name)
    const config = new CollectionConfig()
    config.setStaticCollectionConfig(staticConfig(collection))
    pack.addConfig(config)
  }
  return pack.serializeBinary()
}

function staticConfig(json: CollectionConfigJson): StaticCollectionConfig {
  const members = new CollectionPolicyConfig()
  members.setSignaturePolicy(policyOf(json, json.policy))
  const config = new StaticCollectionConfig()
  config.setName(json.name)
  config.setMemberOrgsPolicy(members)
  config.setRequiredPeerCount(json.requiredPeerCount ?? 0)
  config.setMaximumPeerCount(json.maxPeerCount ?? 1)
  config.setBlockToLive(json.blockToLive ?? 0)
  config.setMemberOnlyRead(json.memberOnlyRead ?? false)
  config.setMemberOnlyWrite(json.memberOnlyWrite ?? false)
  const { signaturePolicy, channelConfigPolicy } = json.endorsementPolicy ?? {}
  if (signaturePolicy !== undefined || channelConfigPolicy !== undefined) {
    const endorsement = new ApplicationPolicy()
    if (signaturePolicy !== undefined) endorsement.setSignaturePolicy(policyOf(json, signaturePolicy))
    else endorsement.setChannelConfigPolicyReference(channelConfigPolicy ?? '')
    config.setEndorsementPolicy(endorsement)
  }
  return config
}

function policyOf({ name }: CollectionConfigJson, policy: string) {
  try {
    return parsePolicy(policy)
  } catch (error) {
    throw new Error(`invalid policy of ${name}: ${messageOf(error)}`, { cause: error })
  }
}

function checked(entry: unknown, i: number): CollectionConfigJson {
  const position = `collection ${i + 1}`
  if (typeof entry !== 'object' || entry === null) throw new Error(`${position} must be an object`)
  const { name, policy, ...counts } = entry as Record<string, unknown>
  if (typeof name !== 'string' || !validName.test(name)) {
    throw new Error(`${position} must have a name of letters, digits, '_' and '-'`)
  }
  if (name.startsWith('_')) throw new Error(`${name}: names that begin with '_' are reserved for Fabric`)
  if (typeof policy !== 'string') throw new Error(`${name} must have a policy, like OR('Org1MSP.member')`)
  checkCounts(name, counts)
  return entry as CollectionConfigJson
}

function checkCounts(name: string, counts: Record<string, unknown>): void {
  for (const field of ['blockToLive', 'requiredPeerCount', 'maxPeerCount']) {
    const value = counts[field]
    if (value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= 0)) {
      throw new Error(`${field} of ${name} must be a whole number of at least 0`)
    }
  }
  const { requiredPeerCount = 0, maxPeerCount = 1 } = counts as Partial<CollectionConfigJson>
  if (requiredPeerCount > maxPeerCount) {
    throw new Error(
      `collection-name: ${name} -- maximum peer count (${maxPeerCount}) cannot be less than the required peer count (${requiredPeerCount})`,
    )
  }
}
