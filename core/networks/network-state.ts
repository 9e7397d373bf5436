import { parseEnvelope } from '../committer/ordered-transaction.ts'
import { PeerError } from '../contract/error.ts'
import { BlockUpdates } from '../ledger/block-updates.ts'
import { decodeMetadata } from '../ledger/versioned-value.ts'
import type { StateRow, WholeState } from '../ledger/whole-state.ts'
import type { WorldState } from '../ledger/world-state.ts'
import { compareKeys } from '../mango/key-order.ts'
import { parseDerived } from '../privdata/namespaces.ts'
import { BlockMetadataIndex, TxValidationCode, type Block } from '../protos/index.ts'
import { deliveredBlocks } from './deliver.ts'
import type { Network } from './network.ts'

/** Blocks are read whole: only so many at once. */
const AT_ONCE = 50

/**
 * The state of a network's channel, made of its blocks by what the peer there found valid: a client can't read it
 * otherwise. Of private data blocks have only hashes, so it has none. All values are held in memory.
 * @throws PeerError NETWORK_REFUSED if a block is missing or can't be read, and what deliveredBlocks throws
 */
export async function stateOf(network: Network, channel: string, signal?: AbortSignal): Promise<WholeState> {
  const [newest] = await deliveredBlocks(network, channel, 'newest', signal)
  const height = (newest?.getHeader()?.getNumber() ?? -1) + 1
  const updates = new BlockUpdates(nothing)
  // Block 0 is the channel's first configuration, which nobody has sent: it names no creator
  // (common/genesis/genesis.go, v2.5.16).
  for (let first = 1; first < height; first += AT_ONCE) {
    const last = Math.min(height, first + AT_ONCE) - 1
    const blocks = await deliveredBlocks(network, channel, { first, last }, signal)
    for (let number = first; number <= last; number++) applyBlock(updates, network, number, blocks[number - first])
  }
  return { height, rows: rowsOf(updates) }
}

function applyBlock(updates: BlockUpdates, { name, client }: Network, number: number, block: Block | undefined): void {
  const unreadable = (message: string) => {
    const status = `what isn't a whole channel`
    return new PeerError('NETWORK_REFUSED', { network: name, address: client.address, status, message, details: [] })
  }
  if (block?.getHeader()?.getNumber() !== number) throw unreadable(`it didn't send block ${number}`)
  const codes = block.getMetadata()?.getMetadataList_asU8()[BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array()
  for (const [tx, envelope] of (block.getData()?.getDataList_asU8() ?? []).entries()) {
    if (codes[tx] !== TxValidationCode.VALID) continue
    const transaction = parseEnvelope(envelope)
    if ('code' in transaction) throw unreadable(`transaction ${tx} of block ${number} can't be read`)
    if (transaction.type === 'config') continue
    updates.apply({ ...transaction, privateSets: [] }, { block: number, tx })
  }
  // The history would be all values that there ever were.
  updates.modifications.length = 0
}

async function* rowsOf(updates: BlockUpdates): AsyncGenerator<StateRow> {
  const rows = [...updates.all()].flatMap(({ namespace, key, value, metadata }): StateRow[] => {
    if (value === undefined || parseDerived(namespace) !== undefined) return []
    return [{ namespace, collection: undefined, key, value, metadata: decodeMetadata(metadata) }]
  })
  yield* rows.sort((a, b) => compareKeys(a.namespace, b.namespace) || compareKeys(a.key, b.key))
}

/** Before the first block. */
const nothing: WorldState = {
  get: () => undefined,
  getMany: (_namespace, keys) => Promise.resolve(keys.map(() => undefined)),
  scan: () => ({ next: () => Promise.resolve(undefined), close: () => Promise.resolve() }),
}
