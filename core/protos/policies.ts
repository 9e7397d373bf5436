/** Fabric's messages about policies and collections. */
import collectionPb from '@hyperledger/fabric-protos/lib/peer/collection_pb.js'
import peerPolicyPb from '@hyperledger/fabric-protos/lib/peer/policy_pb.js'
import policiesPb from '@hyperledger/fabric-protos/lib/common/policies_pb.js'
import principalPb from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js'
import type * as collectionPbTypes from '@hyperledger/fabric-protos/lib/peer/collection_pb.js'
import type * as peerPolicyPbTypes from '@hyperledger/fabric-protos/lib/peer/policy_pb.js'
import type * as policiesPbTypes from '@hyperledger/fabric-protos/lib/common/policies_pb.js'
import type * as principalPbTypes from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js'

export const { CollectionConfigPackage, CollectionConfig, StaticCollectionConfig, CollectionPolicyConfig } =
  collectionPb
export const { ApplicationPolicy } = peerPolicyPb
export const { SignaturePolicyEnvelope, SignaturePolicy } = policiesPb
export const { MSPPrincipal, MSPRole, OrganizationUnit, CombinedPrincipal, MSPIdentityAnonymity } = principalPb

export type ApplicationPolicy = peerPolicyPbTypes.ApplicationPolicy
export type StaticCollectionConfig = collectionPbTypes.StaticCollectionConfig
export type SignaturePolicyEnvelope = policiesPbTypes.SignaturePolicyEnvelope
export type SignaturePolicy = policiesPbTypes.SignaturePolicy
export type MSPPrincipal = principalPbTypes.MSPPrincipal
