/** Chaincode's requests and answers, with the field numbers of peer/chaincode_shim.proto and peer/chaincode.proto (3.1). */
import chaincodePb from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js'
import responsePb from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js'
import shimPb from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js'
import type * as shimPbTypes from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js'
import { messageOf } from '../contract/error-message.ts'
import { reader, type Texts } from './unmarshal.ts'

export const { ChaincodeAdditionalParams } = chaincodePb
export const { WriteBatchState, WriteRecord, GetStateMultiple, GetStateMultipleResult } = shimPb
export type WriteRecord = shimPbTypes.WriteRecord

const METADATA = { 1: true } as const

export const readGetState = request(shimPb.GetState, { 1: true, 2: true })
export const readPutState = request(shimPb.PutState, { 1: true, 3: true })
export const readDelState = request(shimPb.DelState, { 1: true, 2: true })
export const readGetStateMetadata = request(shimPb.GetStateMetadata, { 1: true, 2: true })
export const readPutStateMetadata = request(shimPb.PutStateMetadata, { 1: true, 3: true, 4: METADATA })
export const readGetStateByRange = request(shimPb.GetStateByRange, { 1: true, 2: true, 3: true })
export const readGetHistoryForKey = request(shimPb.GetHistoryForKey, { 1: true })
export const readGetQueryResult = request(shimPb.GetQueryResult, { 1: true, 2: true })
export const readQueryMetadata = request(shimPb.QueryMetadata, { 2: true })
export const readQueryStateNext = request(shimPb.QueryStateNext, { 1: true })
export const readQueryStateClose = request(shimPb.QueryStateClose, { 1: true })
export const readWriteBatchState = request(WriteBatchState, { 1: { 1: true, 3: true, 4: METADATA } })
export const readGetStateMultiple = request(GetStateMultiple, { 1: true, 2: true })
/** Any message of the stream: a txid, channel or event that isn't UTF-8 ends the stream, as with Go's gRPC. */
export const readChaincodeMessage = reader(shimPb.ChaincodeMessage, {
  4: true,
  6: { 1: true, 2: true, 3: true },
  7: true,
})
export const readResponse = reader(responsePb.Response, { 2: true })
export const readChaincodeSpec = request(chaincodePb.ChaincodeSpec, { 2: { 1: true, 2: true, 3: true } })

/** A reader whose errors are wrapped as handler.go does, for the chaincode that sent the request. */
function request<T>(type: { deserializeBinary(bytes: Uint8Array): T }, texts: Texts): (bytes: Uint8Array) => T {
  const read = reader(type, texts)
  return (bytes) => {
    try {
      return read(bytes)
    } catch (error) {
      throw new Error(`unmarshal failed: ${messageOf(error)}`, { cause: error })
    }
  }
}
