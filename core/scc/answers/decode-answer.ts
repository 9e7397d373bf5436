import { Config } from '../../protos/config.ts'
import { Block, ChaincodeQueryResponse } from '../../protos/index.ts'
import { BlockchainInfo, ChannelQueryResponse, ProcessedTransaction } from '../../protos/system.ts'
import { blockJson, hex, transactionJson } from './block-json.ts'
import { configJson } from './config-json.ts'
import { lifecycleReaders } from './lifecycle-json.ts'

const readers: Record<string, (payload: Uint8Array) => unknown> = {
  'qscc.GetChainInfo'(payload) {
    const info = BlockchainInfo.deserializeBinary(payload)
    return {
      height: info.getHeight(),
      currentBlockHash: hex(info.getCurrentblockhash_asU8()),
      previousBlockHash: hex(info.getPreviousblockhash_asU8()),
    }
  },
  'qscc.GetBlockByNumber': block,
  'qscc.GetBlockByHash': block,
  'qscc.GetBlockByTxID': block,
  'qscc.GetTransactionByID'(payload) {
    const processed = ProcessedTransaction.deserializeBinary(payload)
    const envelope = processed.getTransactionenvelope()?.serializeBinary() ?? new Uint8Array()
    return transactionJson(envelope, processed.getValidationcode())
  },
  'cscc.GetChannels': (payload) =>
    ChannelQueryResponse.deserializeBinary(payload)
      .getChannelsList()
      .map((channel) => channel.getChannelId()),
  'cscc.GetConfigBlock': block,
  'cscc.GetChannelConfig': (payload) => configJson(Config.deserializeBinary(payload)),
  'lscc.getchaincodes': chaincodes,
  'lscc.GetChaincodes': chaincodes,
  'lscc.getinstalledchaincodes': chaincodes,
  'lscc.GetInstalledChaincodes': chaincodes,
  ...lifecycleReaders,
}

/** What a system chaincode answers, for people; undefined where it is no message, or none that is known. */
export function decodeAnswer(chaincode: string, fn: string, payload: Uint8Array): unknown {
  try {
    return readers[`${chaincode}.${fn}`]?.(payload)
  } catch {
    // Then its bytes are all that there is.
    return undefined
  }
}

function block(payload: Uint8Array): unknown {
  return blockJson(Block.deserializeBinary(payload))
}

function chaincodes(payload: Uint8Array): unknown {
  return ChaincodeQueryResponse.deserializeBinary(payload)
    .getChaincodesList()
    .map((one) => ({ name: one.getName(), version: one.getVersion(), id: hex(one.getId_asU8()) }))
}
