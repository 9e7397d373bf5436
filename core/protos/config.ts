/** The messages of a channel's configuration, and what an orderer adds to a block. */
import commonPb from '@hyperledger/fabric-protos/lib/common/common_pb.js'
import configtxPb from '@hyperledger/fabric-protos/lib/common/configtx_pb.js'
import configurationPb from '@hyperledger/fabric-protos/lib/common/configuration_pb.js'
import mspConfigPb from '@hyperledger/fabric-protos/lib/msp/msp_config_pb.js'
import ordererPb from '@hyperledger/fabric-protos/lib/orderer/configuration_pb.js'
import policiesPb from '@hyperledger/fabric-protos/lib/common/policies_pb.js'
import type * as configtxPbTypes from '@hyperledger/fabric-protos/lib/common/configtx_pb.js'

export const { Config, ConfigEnvelope, ConfigGroup, ConfigPolicy, ConfigValue } = configtxPb
export const { BlockDataHashingStructure, Capabilities, Capability, HashingAlgorithm, OrdererAddresses } =
  configurationPb
export const { BatchSize, BatchTimeout, ChannelRestrictions, ConsensusType } = ordererPb
export const { FabricCryptoConfig, FabricMSPConfig, FabricNodeOUs, FabricOUIdentifier, MSPConfig } = mspConfigPb
export const { ImplicitMetaPolicy, Policy } = policiesPb
export const { LastConfig, Metadata, MetadataSignature, OrdererBlockMetadata } = commonPb

export type Config = configtxPbTypes.Config
export type ConfigGroup = configtxPbTypes.ConfigGroup
