/** What clients ask discovery, and the messages between peers in which it answers. */
import discoveryGrpcPb from '@hyperledger/fabric-protos/lib/discovery/protocol_grpc_pb.js'
import discoveryPb from '@hyperledger/fabric-protos/lib/discovery/protocol_pb.js'
import gossipPb from '@hyperledger/fabric-protos/lib/gossip/message_pb.js'
import type * as discoveryPbTypes from '@hyperledger/fabric-protos/lib/discovery/protocol_pb.js'
import type * as responsePbTypes from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js'

export const { DiscoveryService } = discoveryGrpcPb
export const {
  AuthInfo,
  ChaincodeQueryResult,
  ConfigQuery,
  ConfigResult,
  EndorsementDescriptor,
  Endpoint,
  Endpoints,
  Error: DiscoveryError,
  Layout,
  Peer: DiscoveredPeer,
  PeerMembershipResult,
  Peers,
  Query,
  QueryResult,
  Request: DiscoveryRequest,
  Response: DiscoveryResponse,
  SignedRequest,
} = discoveryPb
export const {
  AliveMessage,
  Chaincode: GossipChaincode,
  Envelope: GossipEnvelope,
  GossipMessage,
  Member,
  PeerTime,
  Properties,
  StateInfo,
} = gossipPb

export type DiscoveredPeer = discoveryPbTypes.Peer
export type DiscoveryQuery = discoveryPbTypes.Query
export type DiscoveryResponse = discoveryPbTypes.Response
export type QueryResult = discoveryPbTypes.QueryResult
export type SignedRequest = discoveryPbTypes.SignedRequest
export type ChaincodeInterest = responsePbTypes.ChaincodeInterest
