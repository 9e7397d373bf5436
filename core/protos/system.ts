/** The answers of qscc and cscc: Fabric's messages about chains and channels. */
import ledgerPb from '@hyperledger/fabric-protos/lib/common/ledger_pb.js'
import queryPb from '@hyperledger/fabric-protos/lib/peer/query_pb.js'
import transactionPb from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js'
import type * as ledgerPbTypes from '@hyperledger/fabric-protos/lib/common/ledger_pb.js'
import type * as transactionPbTypes from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js'

export const { BlockchainInfo } = ledgerPb
export const { ChannelInfo, ChannelQueryResponse, JoinBySnapshotStatus } = queryPb
export const { ProcessedTransaction } = transactionPb

export type BlockchainInfo = ledgerPbTypes.BlockchainInfo
export type ProcessedTransaction = transactionPbTypes.ProcessedTransaction
