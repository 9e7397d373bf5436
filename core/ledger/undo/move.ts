import { setImmediate } from 'node:timers/promises'
import type { LedgerKeys } from '../ledger-keys.ts'
import { decodeSavepoint, type Savepoint } from '../savepoint.ts'
import type { NamespaceUpdate } from '../state-queries.ts'
import type { Store } from '../store.ts'
import { decodeVersioned } from '../versioned-value.ts'
import { pathTo, type Path } from './block-tree.ts'
import { Draft } from './draft.ts'
import { decodeEntries, encodeEntries } from './entries.ts'
import { encodeJournal, readJournal } from './journal.ts'
import { encodeParent, type UndoKeys } from './undo-keys.ts'
import { entriesBefore } from './undo-record.ts'

/** A channel's part of the store. */
export interface MovedChannel {
  store: Store
  keys: LedgerKeys
  undo: UndoKeys
}

export interface Move {
  /** Hash of the block that is to be the newest. */
  to: Uint8Array
  /** Blocks of the chain from this number on are forgotten instead of being set aside. */
  keepBelow: number
  /** Remembered as a branch: the present newest block. */
  branch: { hash: Uint8Array; value: Uint8Array } | undefined
  /** Bytes of a batch. A longer move takes several, and what is left is done at the next start if the process dies. */
  batchBytes?: number | undefined
  /**
   * Called before anything is written, with the entries of the state that change; undefined: it takes several batches,
   * and anything may change.
   */
  beforeWrite?: ((updates: NamespaceUpdate[] | undefined) => void) | undefined
}

/** Held in memory until it is written. */
const BATCH_BYTES = 32 << 20
const BLOCKS_AT_A_TIME = 50
const STATE = 's'.charCodeAt(0)

/**
 * Takes a channel to another block: back along the chain to the last block that leads there, then forward along blocks
 * that were set aside. One synced batch, so that a killed process has done all of it or nothing. Throws LEDGER_READ,
 * LEDGER_WRITE.
 */
export async function move(channel: MovedChannel, path: Path, how: Move): Promise<Savepoint> {
  const { store, keys, undo } = channel
  const { batchBytes = BATCH_BYTES, keepBelow, to, branch } = how
  const draft = new Draft(store)
  const touched = new Map<string, Uint8Array>()
  const progress = { blocks: 0, isLong: false }
  const rewinds = readJournal(store, undo).rewinds + 1
  const flushIfFull = async () => {
    // Reads are synchronous, and meanwhile somebody else may want the thread.
    if (++progress.blocks % BLOCKS_AT_A_TIME === 0) await setImmediate()
    if (draft.bytes() < batchBytes) return
    if (!progress.isLong) how.beforeWrite?.(undefined)
    progress.isLong = true
    touched.clear()
    draft.set(undo.journal, encodeJournal({ rewinds, move: { to: hex(to), keepBelow } }))
    await store.write(draft.take(), { sync: true })
  }

  if (branch !== undefined) draft.set(undo.branch(branch.hash), branch.value)
  for (;;) {
    const { height, previousHash } = decodeSavepoint(draft.get(keys.savepoint))
    if (height === path.fork) break
    const number = height - 1
    for (const key of takeBack(draft, channel, { number, hash: previousHash }, number < keepBelow)) note(touched, key)
    await flushIfFull()
  }
  for (const { hash } of path.blocks) {
    for (const key of putBack(draft, undo, hash)) note(touched, key)
    draft.set(undo.branch(hash), undefined)
    await flushIfFull()
  }
  draft.set(undo.branch(to), undefined)
  draft.set(undo.journal, encodeJournal({ rewinds }))
  if (!progress.isLong) how.beforeWrite?.(updatesOf(touched, draft, keys))
  const savepoint = decodeSavepoint(draft.get(keys.savepoint))
  await store.write(draft.take(), { sync: true })
  return savepoint
}

/** Finish the move of a channel that a killed process began. Throws LEDGER_READ, LEDGER_WRITE. */
export async function finishMove(channel: MovedChannel): Promise<void> {
  const { store, keys, undo } = channel
  const { move: begun } = readJournal(store, undo)
  if (begun === undefined) return
  const to = Buffer.from(begun.to, 'hex')
  const path = pathTo(to, store, keys, undo)
  // Its blocks were there when it began, and nothing else has written since.
  if (path === undefined) throw new RangeError(`block ${begun.to} is gone`)
  await move(channel, path, { to, keepBelow: begun.keepBelow, branch: undefined })
}

/** Undo the newest block. Returns the keys of the store that changed. */
function takeBack(
  draft: Draft,
  { keys, undo }: MovedChannel,
  { number, hash }: { number: number; hash: Uint8Array },
  isKept: boolean,
): Uint8Array[] {
  const get = (key: Uint8Array) => draft.get(key)
  const record = draft.get(undo.undo(number))
  if (record === undefined) throw new RangeError(`block ${number} has no record of undo`)
  const before = entriesBefore(record, keys, get)
  if (isKept) {
    const written = [...before.map(({ key }) => key), undo.undo(number)].map((key) => {
      const value = draft.get(key)
      return value === undefined ? { kind: 'absent' as const, key } : { kind: 'value' as const, key, value }
    })
    draft.set(undo.aside(hash), encodeEntries(written))
  }
  for (const { key, value } of before) draft.set(key, value)
  draft.set(undo.undo(number), undefined)
  const { previousHash } = decodeSavepoint(draft.get(keys.savepoint))
  if (isKept) draft.set(undo.parent(hash), encodeParent({ number, hash: previousHash }))
  return before.map(({ key }) => key)
}

/** Put a block that was set aside on top of the chain. Returns the keys of the store that changed. */
function putBack(draft: Draft, undo: UndoKeys, hash: Uint8Array): Uint8Array[] {
  const entries = decodeEntries(draft.get(undo.aside(hash)) ?? new Uint8Array())
  for (const entry of entries) draft.set(entry.key, entry.kind === 'absent' ? undefined : entry.value)
  draft.set(undo.aside(hash), undefined)
  draft.set(undo.parent(hash), undefined)
  return entries.map(({ key }) => key)
}

function note(touched: Map<string, Uint8Array>, key: Uint8Array): void {
  if (key[0] === STATE) touched.set(hex(key), key)
}

function updatesOf(touched: ReadonlyMap<string, Uint8Array>, draft: Draft, keys: LedgerKeys): NamespaceUpdate[] {
  return [...touched.values()].map((key) => {
    const bytes = draft.get(key)
    // The version of a key that is gone is nobody's business.
    const absent = { version: { block: 0, tx: 0 }, value: undefined, metadata: new Uint8Array() }
    return { ...keys.parseState(key), ...(bytes === undefined ? absent : decodeVersioned(bytes)) }
  })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
