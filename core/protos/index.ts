/**
 * Fabric's messages, from @hyperledger/fabric-protos (official, complete to 3.x). Only this folder imports them, so the
 * deep paths (the index doesn't export ChaincodeSupportService) are in one place.
 */
import chaincodePb from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js'
import eventPb from '@hyperledger/fabric-protos/lib/peer/chaincode_event_pb.js'
import queryPb from '@hyperledger/fabric-protos/lib/peer/query_pb.js'
import shimPb from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js'
import shimGrpcPb from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_grpc_pb.js'
import proposalPb from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js'
import responsePb from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js'
import transactionPb from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js'
import commonPb from '@hyperledger/fabric-protos/lib/common/common_pb.js'
import rwsetPb from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js'
import kvRwsetPb from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js'
import queryResultPb from '@hyperledger/fabric-protos/lib/ledger/queryresult/kv_query_result_pb.js'
import identitiesPb from '@hyperledger/fabric-protos/lib/msp/identities_pb.js'
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'
import type * as chaincodePbTypes from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js'
import type * as eventPbTypes from '@hyperledger/fabric-protos/lib/peer/chaincode_event_pb.js'
import type * as queryPbTypes from '@hyperledger/fabric-protos/lib/peer/query_pb.js'
import type * as shimPbTypes from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js'
import type * as proposalPbTypes from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js'
import type * as responsePbTypes from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js'
import type * as transactionPbTypes from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js'
import type * as commonPbTypes from '@hyperledger/fabric-protos/lib/common/common_pb.js'
import type * as rwsetPbTypes from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js'
import type * as kvRwsetPbTypes from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js'
import type * as queryResultPbTypes from '@hyperledger/fabric-protos/lib/ledger/queryresult/kv_query_result_pb.js'
import type * as identitiesPbTypes from '@hyperledger/fabric-protos/lib/msp/identities_pb.js'
import type * as timestampPbTypes from 'google-protobuf/google/protobuf/timestamp_pb.js'

export const {
  ChaincodeID,
  ChaincodeSpec,
  ChaincodeInput,
  ChaincodeInvocationSpec,
  ChaincodeDeploymentSpec,
  ChaincodeData,
} = chaincodePb
export const { ChaincodeEvent } = eventPb
export const {
  ChaincodeMessage,
  GetState,
  PutState,
  DelState,
  GetStateByRange,
  GetQueryResult,
  GetHistoryForKey,
  QueryStateNext,
  QueryStateClose,
  QueryResponse,
  QueryResultBytes,
  QueryMetadata,
  QueryResponseMetadata,
  GetStateMetadata,
  PutStateMetadata,
  StateMetadata,
  StateMetadataResult,
} = shimPb
export const { ChaincodeSupportService, ChaincodeService } = shimGrpcPb
export const { SignedProposal, Proposal, ChaincodeHeaderExtension, ChaincodeProposalPayload, ChaincodeAction } =
  proposalPb
export const { Response, ProposalResponse, ProposalResponsePayload, Endorsement, ChaincodeCall, ChaincodeInterest } =
  responsePb
export const { Transaction, TransactionAction, ChaincodeActionPayload, ChaincodeEndorsedAction, TxValidationCode } =
  transactionPb
export const {
  Envelope,
  Payload,
  Header,
  ChannelHeader,
  SignatureHeader,
  HeaderType,
  Block,
  BlockHeader,
  BlockData,
  BlockMetadata,
  BlockMetadataIndex,
} = commonPb
export const { TxReadWriteSet, NsReadWriteSet } = rwsetPb
export const { KVRWSet, KVRead, KVWrite, KVMetadataWrite, KVMetadataEntry, Version, RangeQueryInfo, QueryReads } =
  kvRwsetPb
export const { KV, KeyModification } = queryResultPb
export const { ChaincodeInfo, ChaincodeQueryResponse } = queryPb
export const { SerializedIdentity } = identitiesPb
export const { Timestamp } = timestampPb

export type ChaincodeID = chaincodePbTypes.ChaincodeID
export type ChaincodeSpec = chaincodePbTypes.ChaincodeSpec
export type ChaincodeInput = chaincodePbTypes.ChaincodeInput
export type ChaincodeInvocationSpec = chaincodePbTypes.ChaincodeInvocationSpec
export type ChaincodeData = chaincodePbTypes.ChaincodeData
export type ChaincodeDeploymentSpec = chaincodePbTypes.ChaincodeDeploymentSpec
export type ChaincodeEvent = eventPbTypes.ChaincodeEvent
export type ChaincodeMessage = shimPbTypes.ChaincodeMessage
export type GetState = shimPbTypes.GetState
export type PutState = shimPbTypes.PutState
export type DelState = shimPbTypes.DelState
export type GetStateByRange = shimPbTypes.GetStateByRange
export type GetQueryResult = shimPbTypes.GetQueryResult
export type GetHistoryForKey = shimPbTypes.GetHistoryForKey
export type QueryStateNext = shimPbTypes.QueryStateNext
export type QueryStateClose = shimPbTypes.QueryStateClose
export type QueryResponse = shimPbTypes.QueryResponse
export type QueryResultBytes = shimPbTypes.QueryResultBytes
export type QueryMetadata = shimPbTypes.QueryMetadata
export type QueryResponseMetadata = shimPbTypes.QueryResponseMetadata
export type GetStateMetadata = shimPbTypes.GetStateMetadata
export type PutStateMetadata = shimPbTypes.PutStateMetadata
export type StateMetadata = shimPbTypes.StateMetadata
export type StateMetadataResult = shimPbTypes.StateMetadataResult
export type SignedProposal = proposalPbTypes.SignedProposal
export type Proposal = proposalPbTypes.Proposal
export type ChaincodeHeaderExtension = proposalPbTypes.ChaincodeHeaderExtension
export type ChaincodeProposalPayload = proposalPbTypes.ChaincodeProposalPayload
export type ChaincodeAction = proposalPbTypes.ChaincodeAction
export type Response = responsePbTypes.Response
export type ProposalResponse = responsePbTypes.ProposalResponse
export type ProposalResponsePayload = responsePbTypes.ProposalResponsePayload
export type Endorsement = responsePbTypes.Endorsement
export type ChaincodeInterest = responsePbTypes.ChaincodeInterest
export type Transaction = transactionPbTypes.Transaction
export type TransactionAction = transactionPbTypes.TransactionAction
export type ChaincodeActionPayload = transactionPbTypes.ChaincodeActionPayload
export type ChaincodeEndorsedAction = transactionPbTypes.ChaincodeEndorsedAction
export type Envelope = commonPbTypes.Envelope
export type Payload = commonPbTypes.Payload
export type Header = commonPbTypes.Header
export type ChannelHeader = commonPbTypes.ChannelHeader
export type SignatureHeader = commonPbTypes.SignatureHeader
export type Block = commonPbTypes.Block
export type BlockHeader = commonPbTypes.BlockHeader
export type BlockData = commonPbTypes.BlockData
export type BlockMetadata = commonPbTypes.BlockMetadata
export type TxReadWriteSet = rwsetPbTypes.TxReadWriteSet
export type NsReadWriteSet = rwsetPbTypes.NsReadWriteSet
export type KVRWSet = kvRwsetPbTypes.KVRWSet
export type KVRead = kvRwsetPbTypes.KVRead
export type KVWrite = kvRwsetPbTypes.KVWrite
export type KVMetadataWrite = kvRwsetPbTypes.KVMetadataWrite
export type KVMetadataEntry = kvRwsetPbTypes.KVMetadataEntry
export type Version = kvRwsetPbTypes.Version
export type RangeQueryInfo = kvRwsetPbTypes.RangeQueryInfo
export type QueryReads = kvRwsetPbTypes.QueryReads
export type KV = queryResultPbTypes.KV
export type KeyModification = queryResultPbTypes.KeyModification
export type SerializedIdentity = identitiesPbTypes.SerializedIdentity
export type Timestamp = timestampPbTypes.Timestamp
export type ChaincodeInfo = queryPbTypes.ChaincodeInfo
export type ChaincodeQueryResponse = queryPbTypes.ChaincodeQueryResponse
