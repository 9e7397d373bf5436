/** Fabric's read/write sets of private data: hashes for everyone, values for members. */
import rwsetPb from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js'
import kvRwsetPb from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js'
import type * as kvRwsetPbTypes from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js'
import type * as rwsetPbTypes from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js'

export const { TxPvtReadWriteSet, NsPvtReadWriteSet, CollectionPvtReadWriteSet, CollectionHashedReadWriteSet } = rwsetPb
export const { HashedRWSet, KVReadHash, KVWriteHash, KVMetadataWriteHash, QueryReadsMerkleSummary } = kvRwsetPb

export type CollectionHashedReadWriteSet = rwsetPbTypes.CollectionHashedReadWriteSet
export type KVReadHash = kvRwsetPbTypes.KVReadHash
export type KVWriteHash = kvRwsetPbTypes.KVWriteHash
export type QueryReadsMerkleSummary = kvRwsetPbTypes.QueryReadsMerkleSummary
export type NsPvtReadWriteSet = rwsetPbTypes.NsPvtReadWriteSet
