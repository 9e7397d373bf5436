/** The messages and services of client applications: gateway, deliver, broadcast, discovery. */
import abGrpcPb from '@hyperledger/fabric-protos/lib/orderer/ab_grpc_pb.js'
import abPb from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js'
import commonPb from '@hyperledger/fabric-protos/lib/common/common_pb.js'
import eventsGrpcPb from '@hyperledger/fabric-protos/lib/peer/events_grpc_pb.js'
import eventsPb from '@hyperledger/fabric-protos/lib/peer/events_pb.js'
import gatewayGrpcPb from '@hyperledger/fabric-protos/lib/gateway/gateway_grpc_pb.js'
import gatewayPb from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js'
import rpcStatusPb from '@hyperledger/fabric-protos/lib/google/rpc/status_pb.js'
import peerGrpcPb from '@hyperledger/fabric-protos/lib/peer/peer_grpc_pb.js'
import type * as abPbTypes from '@hyperledger/fabric-protos/lib/orderer/ab_pb.js'
import type * as eventsPbTypes from '@hyperledger/fabric-protos/lib/peer/events_pb.js'
import type * as gatewayPbTypes from '@hyperledger/fabric-protos/lib/gateway/gateway_pb.js'

export const { GatewayService } = gatewayGrpcPb
export const { EndorserService } = peerGrpcPb
export const { DeliverService } = eventsGrpcPb
export const { AtomicBroadcastService } = abGrpcPb
export const {
  ChaincodeEventsRequest,
  ChaincodeEventsResponse,
  CommitStatusRequest,
  CommitStatusResponse,
  EndorseRequest,
  EndorseResponse,
  ErrorDetail,
  EvaluateRequest,
  EvaluateResponse,
  SignedCommitStatusRequest,
  SubmitRequest,
  SubmitResponse,
} = gatewayPb
export const { BroadcastResponse, SeekInfo, SeekNewest, SeekPosition, SeekSpecified } = abPb
export const { DeliverResponse } = eventsPb
export const { FilteredBlock, FilteredTransaction, FilteredTransactionActions, FilteredChaincodeAction } = eventsPb
export const { Status } = commonPb
/** google.rpc.Status, the details of a gRPC error. */
export const { Status: RpcStatus } = rpcStatusPb

export type ChaincodeEventsResponse = gatewayPbTypes.ChaincodeEventsResponse
export type CommitStatusResponse = gatewayPbTypes.CommitStatusResponse
export type EndorseRequest = gatewayPbTypes.EndorseRequest
export type EndorseResponse = gatewayPbTypes.EndorseResponse
export type EvaluateRequest = gatewayPbTypes.EvaluateRequest
export type EvaluateResponse = gatewayPbTypes.EvaluateResponse
export type SignedChaincodeEventsRequest = gatewayPbTypes.SignedChaincodeEventsRequest
export type SignedCommitStatusRequest = gatewayPbTypes.SignedCommitStatusRequest
export type SubmitRequest = gatewayPbTypes.SubmitRequest
export type SubmitResponse = gatewayPbTypes.SubmitResponse
export type SeekInfo = abPbTypes.SeekInfo
export type SeekPosition = abPbTypes.SeekPosition
export type DeliverResponse = eventsPbTypes.DeliverResponse
export type FilteredBlock = eventsPbTypes.FilteredBlock
