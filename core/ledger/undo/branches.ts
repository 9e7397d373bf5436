import type { Branch, Checkpoint } from '../../contract/undo.ts'
import type { StoreOperation } from '../store-entries.ts'
import { pathTo } from './block-tree.ts'
import type { MovedChannel } from './move.ts'

/** Of the newest block when it was taken back. */
interface BranchRecord {
  height: number
  at: number
}

type CheckpointRecord = Pick<Checkpoint, 'height' | 'id' | 'at'>

/** Newest first. Throws LEDGER_READ. */
export async function readBranches({ store, keys, undo }: MovedChannel): Promise<Branch[]> {
  const branches: Branch[] = []
  for (const { key, value } of await recordsIn({ store }, undo.branches)) {
    const { height, at } = JSON.parse(value) as BranchRecord
    const path = pathTo(key, store, keys, undo)
    if (path === undefined) continue
    branches.push({ id: key.toString('hex'), height, fork: path.fork, at })
  }
  // Those of the same millisecond: the one taken back last ends lowest.
  return branches.sort((a, b) => b.at - a.at || a.height - b.height)
}

export function encodeBranch(record: BranchRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record))
}

/** Newest first. Throws LEDGER_READ. */
export async function readCheckpoints({ store, keys, undo }: MovedChannel): Promise<Checkpoint[]> {
  const records = await recordsIn({ store }, undo.checkpoints)
  return records
    .map(({ key, value }) => {
      const record = JSON.parse(value) as CheckpointRecord
      const isOnChain = store.get(keys.blockHash(Buffer.from(record.id, 'hex'))) !== undefined
      return { name: key.toString(), ...record, isOnChain }
    })
    .sort((a, b) => b.at - a.at)
}

export function encodeCheckpoint({ height, id, at }: CheckpointRecord): Uint8Array {
  return Buffer.from(JSON.stringify({ height, id, at }))
}

/**
 * The number from which on nothing of the chain is needed by a branch or a checkpoint: what is forgotten instead of
 * being kept mustn't take those with it. Throws LEDGER_READ.
 */
export async function neededBelow(channel: MovedChannel): Promise<number> {
  const branches = await recordsIn(channel, channel.undo.branches)
  const ends = [...branches.map(({ key }) => key), ...(await checkpointBlocks(channel))]
  const forks = ends.map((hash) => pathTo(hash, channel.store, channel.keys, channel.undo)?.fork ?? 0)
  return Math.max(0, ...forks)
}

/** What forgets a branch, except for what other branches and checkpoints need. Throws LEDGER_READ. */
export async function forgetBranch(channel: MovedChannel, hash: Uint8Array): Promise<StoreOperation[]> {
  const { store, keys, undo } = channel
  const setAside = (end: Uint8Array) => pathTo(end, store, keys, undo)?.blocks ?? []
  const branches = (await recordsIn(channel, undo.branches)).map(({ key }) => key)
  const others = [...branches.filter((key) => key.compare(hash) !== 0), ...(await checkpointBlocks(channel))]
  const needed = new Set(others.flatMap((end) => setAside(end).map((block) => hex(block.hash))))
  const forgotten = setAside(hash).filter((block) => !needed.has(hex(block.hash)))
  return [undo.branch(hash), ...forgotten.flatMap((block) => [undo.aside(block.hash), undo.parent(block.hash)])].map(
    (key) => ({ type: 'del', key }),
  )
}

async function checkpointBlocks(channel: MovedChannel): Promise<Buffer[]> {
  return (await readCheckpoints(channel)).map(({ id }) => Buffer.from(id, 'hex'))
}

/** With the part of each key that follows the prefix. */
async function recordsIn(
  { store }: Pick<MovedChannel, 'store'>,
  range: { from: Uint8Array; to: Uint8Array },
): Promise<{ key: Buffer; value: string }[]> {
  const iterator = store.iterate(range)
  const records: { key: Buffer; value: string }[] = []
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const [key, value] = entry
      records.push({ key: Buffer.from(key.subarray(range.from.length)), value: Buffer.from(value).toString() })
    }
    return records
  } finally {
    await iterator.close()
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
