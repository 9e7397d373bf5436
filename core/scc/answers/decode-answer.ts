import { Config } from '../../protos/config.ts'
import { Block, ChaincodeQueryResponse } from '../../protos/index.ts'
import { BlockchainInfo, ChannelQueryResponse, ProcessedTransaction } from '../../protos/system.ts'
import { blockJson, transactionJson } from './block-json.ts'
import { configJson } from './config-json.ts'
import { hex } from './json-values.ts'
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

/** A system chaincode's answer for people; undefined unless it is a known message. */
export function decodeAnswer(chaincode: string, fn: string, payload: Uint8Array): unknown {
  try {
    return readers[`${chaincode}.${fn}`]?.(payload)
  } catch {
    // The caller shows its bytes.
    return undefined
  }
}

function block(payload: Uint8Array): unknown {
  return blockJson(Block.deserializeBinary(payload))
}

function chaincodes(payload: Uint8Array): unknown {
  return ChaincodeQueryResponse.deserializeBinary(payload)
    .getChaincodesList()
    .map((info) => ({ name: info.getName(), version: info.getVersion(), id: hex(info.getId_asU8()) }))
}
