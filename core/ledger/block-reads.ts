import { Block, BlockHeader, ChannelHeader, Envelope, HeaderType, Payload } from '../protos/index.ts'
import { ConfigEnvelope, type Config } from '../protos/config.ts'
import { BlockchainInfo, ProcessedTransaction } from '../protos/system.ts'
import { headerHash } from './block.ts'
import { decodeVersion, type LedgerKeys } from './ledger-keys.ts'
import type { Savepoint } from './savepoint.ts'
import type { Store } from './store.ts'

/** The blocks of a channel. What doesn't exist is thrown as a plain Error in Fabric's words. */
export interface BlockReads {
  info(): BlockchainInfo
  /** The largest 64-bit number stands for the last block. */
  byNumber(number: bigint): Block
  /** A block as it is stored, marshalled; undefined if the channel doesn't have it. */
  bytes(number: number): Uint8Array | undefined
  /** The same of so many, from this one on: read on another thread. */
  many(first: number, count: number): Promise<(Uint8Array | undefined)[]>
  /** By the hash of its header. */
  byHash(hash: Uint8Array): Block
  byTxId(txId: string): Block
  /** The newest block that configures the channel; undefined if none does. */
  configBlock(): Block | undefined
  /** The configuration in it. */
  config(): Config | undefined
  /** A transaction as it was ordered, with its validation code. */
  transaction(txId: string): ProcessedTransaction
  /** Where a transaction is, and its TxValidationCode; undefined if no block has it. The first of an id counts. */
  place(txId: string): { block: number; tx: number; code: number } | undefined
}

const LAST = 2n ** 64n - 1n

/** Fabric common/ledger/blkstorage (blockindex.go for the words). */
export function blockReads(
  store: Store,
  keys: LedgerKeys,
  { savepoint, moves }: { savepoint: () => Savepoint; moves: () => number },
): BlockReads {
  const bytesAt = (number: number) => (number < savepoint().height ? store.get(keys.block(number)) : undefined)
  const at = (number: bigint): Block => {
    const bytes = number < BigInt(savepoint().height) ? bytesAt(Number(number)) : undefined
    if (bytes === undefined) throw new Error(`no such block number [${number}] in index`)
    return Block.deserializeBinary(bytes)
  }
  const place = (txId: string) => {
    const bytes = store.get(keys.transaction(txId))
    return bytes && { ...decodeVersion(bytes), code: bytes.at(-1) ?? 0 }
  }
  const indexed = (txId: string) => {
    const found = place(txId)
    if (found === undefined) throw new Error(`no such transaction ID [${txId}] in index`)
    return found
  }
  // A data folder from before genesis blocks may still hold a channel that was joined with one.
  const configBlock = (): Block | undefined => {
    const { height, lastConfig } = savepoint()
    const block = height === 0 ? undefined : at(BigInt(lastConfig ?? 0))
    return block !== undefined && isConfig(block) ? block : undefined
  }
  let configured: { at: string; config: Config | undefined } = { at: '', config: undefined }
  return {
    info() {
      const { height, previousHash } = savepoint()
      const info = new BlockchainInfo()
      info.setHeight(height)
      info.setCurrentblockhash(previousHash)
      if (height > 0)
        info.setPreviousblockhash(
          at(BigInt(height - 1))
            .getHeader()
            ?.getPreviousHash_asU8() ?? '',
        )
      return info
    },
    bytes: bytesAt,
    many(first, count) {
      const wanted = Math.min(count, savepoint().height - first)
      return store.getMany(Array.from({ length: Math.max(0, wanted) }, (_, i) => keys.block(first + i)))
    },
    place,
    byNumber: (number) => at(number === LAST ? BigInt(savepoint().height - 1) : number),
    byHash(hash) {
      const bytes = store.get(keys.blockHash(hash))
      if (bytes === undefined) throw new Error(`no such block hash [${Buffer.from(hash).toString('hex')}] in index`)
      return at(BigInt(decodeVersion(bytes).block))
    },
    configBlock,
    config() {
      const { lastConfig } = savepoint()
      // A rewind may have put another block in this place.
      const at = `${String(lastConfig)} ${moves()}`
      if (lastConfig === undefined || at !== configured.at) {
        const block = configBlock()
        configured = { at, config: block && configOf(block) }
      }
      return configured.config
    },
    byTxId: (txId) => at(BigInt(indexed(txId).block)),
    transaction(txId) {
      const { block, tx, code } = indexed(txId)
      const envelope = at(BigInt(block)).getData()?.getDataList_asU8()[tx]
      const processed = new ProcessedTransaction()
      processed.setTransactionenvelope(Envelope.deserializeBinary(envelope ?? new Uint8Array()))
      processed.setValidationcode(code)
      return processed
    },
  }
}

function payloadOf(block: Block): Payload {
  const envelope = Envelope.deserializeBinary(block.getData()?.getDataList_asU8()[0] ?? new Uint8Array())
  return Payload.deserializeBinary(envelope.getPayload_asU8())
}

function isConfig(block: Block): boolean {
  const header = payloadOf(block).getHeader()
  const channelHeader = ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array())
  return channelHeader.getType() === HeaderType.CONFIG
}

function configOf(block: Block): Config | undefined {
  return ConfigEnvelope.deserializeBinary(payloadOf(block).getData_asU8()).getConfig()
}

/** The hash by which a block is looked up, for a block that came from elsewhere. */
export function hashOf(block: Block): Uint8Array {
  return headerHash(block.getHeader() ?? new BlockHeader())
}
