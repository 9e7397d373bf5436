/** The messages of _lifecycle: its arguments, its answers, and its records on the ledger. */
import collectionPb from '@hyperledger/fabric-protos/lib/peer/collection_pb.js'
import dbPb from '@hyperledger/fabric-protos/lib/peer/lifecycle/db_pb.js'
import definitionPb from '@hyperledger/fabric-protos/lib/peer/lifecycle/chaincode_definition_pb.js'
import lifecyclePb from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js'
import type * as collectionPbTypes from '@hyperledger/fabric-protos/lib/peer/collection_pb.js'
import type * as lifecyclePbTypes from '@hyperledger/fabric-protos/lib/peer/lifecycle/lifecycle_pb.js'

export const { CollectionConfigPackage } = collectionPb
export const { StateData, StateMetadata } = dbPb
export const { ChaincodeEndorsementInfo, ChaincodeValidationInfo } = definitionPb
export const {
  InstallChaincodeArgs,
  InstallChaincodeResult,
  QueryInstalledChaincodeArgs,
  QueryInstalledChaincodeResult,
  QueryInstalledChaincodesArgs,
  QueryInstalledChaincodesResult,
  GetInstalledChaincodePackageArgs,
  GetInstalledChaincodePackageResult,
  ApproveChaincodeDefinitionForMyOrgArgs,
  ApproveChaincodeDefinitionForMyOrgResult,
  QueryApprovedChaincodeDefinitionArgs,
  QueryApprovedChaincodeDefinitionResult,
  QueryApprovedChaincodeDefinitionsArgs,
  QueryApprovedChaincodeDefinitionsResult,
  CheckCommitReadinessArgs,
  CheckCommitReadinessResult,
  CommitChaincodeDefinitionArgs,
  CommitChaincodeDefinitionResult,
  QueryChaincodeDefinitionArgs,
  QueryChaincodeDefinitionResult,
  QueryChaincodeDefinitionsArgs,
  QueryChaincodeDefinitionsResult,
  ChaincodeSource,
} = lifecyclePb

export type CollectionConfigPackage = collectionPbTypes.CollectionConfigPackage
export type ChaincodeSource = lifecyclePbTypes.ChaincodeSource
export type CommitChaincodeDefinitionArgs = lifecyclePbTypes.CommitChaincodeDefinitionArgs
export type ApproveChaincodeDefinitionForMyOrgArgs = lifecyclePbTypes.ApproveChaincodeDefinitionForMyOrgArgs
export type CheckCommitReadinessArgs = lifecyclePbTypes.CheckCommitReadinessArgs
