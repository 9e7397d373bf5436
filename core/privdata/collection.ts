import type { CollectionDescription } from '../contract/world-state.ts'
import { applicationPolicyText } from '../policies/application-policy.ts'
import { organisationsOf } from '../policies/policy-dsl.ts'
import { policyText } from '../policies/policy-text.ts'
import { CollectionConfigPackage, type StaticCollectionConfig } from '../protos/policies.ts'

/** A collection of private data, as far as the ledger and the handler need it. */
export interface Collection {
  name: string
  /** MSP ids of the organisations whose peers hold its values. */
  members: readonly string[]
  /** Whether only members may read or write it; otherwise the chaincode decides. */
  memberOnlyRead: boolean
  memberOnlyWrite: boolean
  /** Blocks after which its values are purged; 0: never. */
  blockToLive: number
  /** How many peers besides the endorsing one must hold its values before a call is endorsed. */
  requiredPeerCount: number
  /** Its members and its endorsers, in the policy language; undefined if the definition doesn't specify them. */
  policy: string | undefined
  endorsementPolicy: string | undefined
}

const IMPLICIT = '_implicit_org_'

/** Throws if the bytes aren't a CollectionConfigPackage. */
export function readCollections(bytes: Uint8Array): Collection[] {
  return CollectionConfigPackage.deserializeBinary(bytes)
    .getConfigList()
    .map((config) => config.getStaticCollectionConfig())
    .filter((config) => config !== undefined)
    .map(collectionOf)
}

function collectionOf(config: StaticCollectionConfig): Collection {
  const policy = config.getMemberOrgsPolicy()?.getSignaturePolicy()
  const endorsement = config.getEndorsementPolicy()
  return {
    name: config.getName(),
    members: policy === undefined ? [] : organisationsOf(policy),
    memberOnlyRead: config.getMemberOnlyRead(),
    memberOnlyWrite: config.getMemberOnlyWrite(),
    blockToLive: config.getBlockToLive(),
    requiredPeerCount: config.getRequiredPeerCount(),
    policy: policy && policyText(policy),
    endorsementPolicy: endorsement && applicationPolicyText(endorsement),
  }
}

/**
 * The collection that every organisation has without a definition, with itself as only member; undefined if the name
 * isn't an implicit collection's (core/chaincode/lifecycle/deployedcc_infoprovider.go).
 */
export function implicitCollection(name: string): Collection | undefined {
  if (!name.startsWith(IMPLICIT)) return undefined
  const members = [name.slice(IMPLICIT.length)]
  const unlimited = { memberOnlyRead: false, memberOnlyWrite: false, blockToLive: 0, requiredPeerCount: 0 }
  return { name, members, ...unlimited, policy: undefined, endorsementPolicy: undefined }
}

export function implicitCollectionName(mspId: string): string {
  return `${IMPLICIT}${mspId}`
}

/** For the API. */
export function describeCollection({ members, ...collection }: Collection): CollectionDescription {
  return { ...collection, members: [...members], isImplicit: implicitCollection(collection.name) !== undefined }
}
