import { setImmediate } from 'node:timers/promises'
import { PeerError } from '../../contract/error.ts'
import type { Checkpoint } from '../../contract/undo.ts'
import type { LedgerKeys } from '../ledger-keys.ts'
import { pathTo, type Path } from './block-tree.ts'
import { decodeEntries } from './entries.ts'
import type { UndoKeys } from './undo-keys.ts'
import { entriesBefore } from './undo-record.ts'

type Get = (key: Uint8Array) => Uint8Array | undefined

/** The channel as it is at one moment, whatever is committed meanwhile. */
export interface Moment {
  channel: string
  height: number
  get: Get
  keys: LedgerKeys
  undo: UndoKeys
}

const STATE = 's'.charCodeAt(0)
const BLOCKS_AT_A_TIME = 50

/**
 * How a point is reached from the chain: a number of blocks, the name of a checkpoint or the id of a branch.
 * @throws PeerError REWIND_HEIGHT, CHECKPOINT_UNKNOWN, BRANCH_UNKNOWN, LEDGER_READ
 */
export function pathOfPoint(
  point: string,
  { channel, height, get, keys, undo }: Moment,
  checkpoints: readonly Checkpoint[],
): Path {
  if (/^\d{1,15}$/.test(point)) {
    const wanted = Number(point)
    if (wanted < 1 || wanted > height)
      throw new PeerError('REWIND_HEIGHT', { channel, height: wanted, present: height })
    return { fork: wanted, blocks: [] }
  }
  const named = checkpoints.find(({ name }) => name === point)
  const isBranch = /^[0-9a-f]{64}$/.test(point) && get(undo.branch(Buffer.from(point, 'hex'))) !== undefined
  if (named === undefined && !isBranch) {
    const known = checkpoints.map(({ name }) => name)
    if (/^[0-9a-f]{64}$/.test(point)) throw new PeerError('BRANCH_UNKNOWN', { channel, id: point })
    throw new PeerError('CHECKPOINT_UNKNOWN', { channel, name: point.slice(0, 200), known })
  }
  const id = isBranch ? point : (named?.id ?? '')
  const path = pathTo(Buffer.from(id, 'hex'), { get }, keys, undo)
  if (path === undefined) throw new PeerError('BRANCH_UNKNOWN', { channel, id })
  return path
}

/** An entry of the state as it was; undefined: the key wasn't there. */
export type Visit = (key: Uint8Array, value: Uint8Array | undefined, block: number) => void

/**
 * Visit what each block wrote, as it was before that block, from the newest block down to this number.
 * @throws PeerError REWIND_TOO_FAR, LEDGER_READ, what the visit throws; between blocks the signal's reason
 */
export async function walkBack(
  { channel, height, get, keys, undo }: Moment,
  lowest: number,
  visit: Visit,
  signal?: AbortSignal,
): Promise<void> {
  for (let number = height - 1; number >= lowest; number--) {
    const record = get(undo.undo(number))
    if (record === undefined) throw new PeerError('REWIND_TOO_FAR', { channel, height: lowest, oldest: number + 1 })
    for (const { key, value } of entriesBefore(record, keys, get)) if (key[0] === STATE) visit(key, value, number)
    if (number % BLOCKS_AT_A_TIME !== 0) continue
    // Reads are synchronous, and somebody else may want the thread.
    await setImmediate()
    signal?.throwIfAborted()
  }
}

/** Visit what the blocks wrote that were set aside, from the chain on. @throws as walkBack, except for REWIND_TOO_FAR */
export async function walkAside(
  { blocks }: Path,
  { get, undo }: Moment,
  visit: Visit,
  signal?: AbortSignal,
): Promise<void> {
  for (const [i, { hash, number }] of blocks.entries()) {
    for (const entry of decodeEntries(get(undo.aside(hash)) ?? new Uint8Array()))
      if (entry.key[0] === STATE) visit(entry.key, entry.kind === 'absent' ? undefined : entry.value, number)
    if ((i + 1) % BLOCKS_AT_A_TIME !== 0) continue
    await setImmediate()
    signal?.throwIfAborted()
  }
}
