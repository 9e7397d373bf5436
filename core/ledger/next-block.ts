import { BlockHeader, type Block } from '../protos/index.ts'
import { headerHash, newBlock, setMetadata } from './block.ts'
import { commitHash, commitHashMetadata } from './commit-hash.ts'
import type { Savepoint } from './savepoint.ts'
import type { ValidatedBlock } from './validated-block.ts'

/**
 * Makes the metadata that the orderer adds to a block with this header. `lastConfig`: number of the block that last
 * configured the channel.
 */
export type BlockWriter = (
  header: BlockHeader,
  lastConfig: number,
) => { SIGNATURES: Uint8Array; LAST_CONFIG: Uint8Array }

/** The block that follows the savepoint, with the metadata of orderer and peer, and the savepoint after it. */
export function nextBlock(
  savepoint: Savepoint,
  { envelopes, transactions, isConfig, updates }: ValidatedBlock,
  blockWriter: BlockWriter | undefined,
): { block: Block; savepoint: Savepoint } {
  const { height, previousHash } = savepoint
  const block = newBlock(height, previousHash, envelopes)
  const header = block.getHeader() ?? new BlockHeader()
  const codes = transactions.map(({ code }) => code)
  const lastConfig = isConfig ? height : savepoint.lastConfig
  // From the first block after a genesis block on, or never (kv_ledger.go, commit).
  const isHashed = savepoint.commitHash.length > 0 || (height === 1 && savepoint.lastConfig === 0)
  const hash = isHashed ? commitHash(codes, updates.written(), savepoint.commitHash) : savepoint.commitHash
  const ordererMetadata = lastConfig === undefined ? undefined : blockWriter?.(header, lastConfig)
  setMetadata(block, {
    SIGNATURES: ordererMetadata?.SIGNATURES,
    LAST_CONFIG: ordererMetadata?.LAST_CONFIG,
    TRANSACTIONS_FILTER: Uint8Array.from(codes),
    COMMIT_HASH: isHashed ? commitHashMetadata(hash) : undefined,
  })
  return {
    block,
    savepoint: { height: height + 1, previousHash: headerHash(header), lastConfig, commitHash: hash },
  }
}
