/** What chaincode asks for, as peer/chaincode_shim.proto and peer/chaincode.proto (3.1) number its fields. */
import chaincodePb from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js'
import shimPb from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js'
import type * as shimPbTypes from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js'
import { reader } from './unmarshal.ts'

export const { ChaincodeAdditionalParams } = chaincodePb
export const { WriteBatchState, WriteRecord, GetStateMultiple, GetStateMultipleResult } = shimPb
export type WriteRecord = shimPbTypes.WriteRecord

const METADATA = { 1: true } as const

export const readGetState = reader(shimPb.GetState, { 1: true, 2: true })
export const readPutState = reader(shimPb.PutState, { 1: true, 3: true })
export const readDelState = reader(shimPb.DelState, { 1: true, 2: true })
export const readGetStateMetadata = reader(shimPb.GetStateMetadata, { 1: true, 2: true })
export const readPutStateMetadata = reader(shimPb.PutStateMetadata, { 1: true, 3: true, 4: METADATA })
export const readGetStateByRange = reader(shimPb.GetStateByRange, { 1: true, 2: true, 3: true })
export const readGetHistoryForKey = reader(shimPb.GetHistoryForKey, { 1: true })
export const readGetQueryResult = reader(shimPb.GetQueryResult, { 1: true, 2: true })
export const readQueryMetadata = reader(shimPb.QueryMetadata, { 2: true })
export const readQueryStateNext = reader(shimPb.QueryStateNext, { 1: true })
export const readQueryStateClose = reader(shimPb.QueryStateClose, { 1: true })
export const readWriteBatchState = reader(WriteBatchState, { 1: { 1: true, 3: true, 4: METADATA } })
export const readGetStateMultiple = reader(GetStateMultiple, { 1: true, 2: true })
export const readChaincodeSpec = reader(chaincodePb.ChaincodeSpec, { 2: { 1: true, 2: true, 3: true } })
