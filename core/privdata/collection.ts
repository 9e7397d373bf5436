import type { CollectionDescription } from '../contract/world-state.ts'
import { applicationPolicyText } from '../policies/application-policy.ts'
import { organisationsOf } from '../policies/policy-dsl.ts'
import { policyText } from '../policies/policy-text.ts'
import { CollectionConfigPackage, type StaticCollectionConfig } from '../protos/policies.ts'

/** A collection of private data, as the ledger and the handler need to know it. */
export interface Collection {
  name: string
  /** MSP ids of the organisations whose peers hold its values. */
  members: readonly string[]
  /** Whether only members may read or write it; else the chaincode decides. */
  memberOnlyRead: boolean
  memberOnlyWrite: boolean
  /** Blocks after which its values are purged; 0: never. */
  blockToLive: number
  /** Who are its members, and who must endorse, as it is written; undefined where it says nothing. */
  policy?: string
  endorsementPolicy?: string
}

const IMPLICIT = '_implicit_org_'

/**
 * Where the CollectionConfigPackage of a chaincode of _lifecycle stands on the ledger, within a StateData
 * (core/chaincode/lifecycle/serializer.go).
 */
export function collectionsKey(chaincode: string): { namespace: string; key: string } {
  return { namespace: '_lifecycle', key: `namespaces/fields/${chaincode}/Collections` }
}

/** Where that of a chaincode of LSCC stands, as it is (core/common/privdata, BuildCollectionKVSKey). */
export function legacyCollectionsKey(chaincode: string): { namespace: string; key: string } {
  return { namespace: 'lscc', key: `${chaincode}~collection` }
}

/** Throws where the bytes are no CollectionConfigPackage. */
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
  const endorsementPolicy = endorsement && applicationPolicyText(endorsement)
  return {
    name: config.getName(),
    members: policy === undefined ? [] : organisationsOf(policy),
    memberOnlyRead: config.getMemberOnlyRead(),
    memberOnlyWrite: config.getMemberOnlyWrite(),
    blockToLive: config.getBlockToLive(),
    ...(policy === undefined ? {} : { policy: policyText(policy) }),
    ...(endorsementPolicy === undefined ? {} : { endorsementPolicy }),
  }
}

/**
 * The collection that every organisation has without being asked, of itself alone; undefined where the name is not
 * one's (core/chaincode/lifecycle/deployedcc_infoprovider.go).
 */
export function implicitCollection(name: string): Collection | undefined {
  if (!name.startsWith(IMPLICIT)) return undefined
  const members = [name.slice(IMPLICIT.length)]
  return { name, members, memberOnlyRead: false, memberOnlyWrite: false, blockToLive: 0 }
}

export function implicitCollectionName(mspId: string): string {
  return `${IMPLICIT}${mspId}`
}

/** As doors see it. */
export function describeCollection({ members, ...collection }: Collection): CollectionDescription {
  return { ...collection, members: [...members], isImplicit: implicitCollection(collection.name) !== undefined }
}
