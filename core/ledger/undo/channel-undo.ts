import { setImmediate } from 'node:timers/promises'
import { checkpointNameProblem } from '../../contract/checkpoint-name.ts'
import { PeerError } from '../../contract/error.ts'
import type { Branch, Checkpoint, Moved } from '../../contract/undo.ts'
import { now } from '../../facts/clock.ts'
import type { StoreOperation } from '../store-entries.ts'
import { decodeSavepoint, type Savepoint } from '../savepoint.ts'
import type { NamespaceUpdate, PreparedUpdate } from '../state-queries.ts'
import { pathTo } from './block-tree.ts'
import { encodeBranch, encodeCheckpoint, forgetBranch, neededBelow, readBranches, readCheckpoints } from './branches.ts'
import { decodeEntries } from './entries.ts'
import { encodeJournal, readJournal } from './journal.ts'
import { move, type MovedChannel } from './move.ts'
import { undoRecord } from './undo-record.ts'

/**
 * Takes a channel back to an earlier block, and forward again. What changes the channel is called by one at a time, and
 * never while a block is stored.
 */
export interface LedgerUndo {
  /** How often the channel was taken to another block: whoever follows its blocks begins again when this changes. */
  moves(): number
  /** @throws PeerError REWIND_HEIGHT, REWIND_TOO_FAR, REWIND_STOPPED, LEDGER_WRITE */
  rewind(height: number, options?: { keep?: boolean | undefined }): Promise<Moved>
  /** @throws PeerError BRANCH_UNKNOWN, and what `rewind` throws */
  restore(id: string): Promise<Moved>
  /** @throws PeerError CHECKPOINT_UNKNOWN, and what `rewind` throws */
  goTo(checkpoint: string, options?: { keep?: boolean | undefined }): Promise<Moved>
  /**
   * Keep what this commits, or if it throws, nothing of it: it is taken back for good, at the next start if the process
   * is killed meanwhile. Throws what the work throws, LEDGER_WRITE.
   */
  allOrNothing<T>(work: () => Promise<T>): Promise<T>
  /** Newest first. */
  branches(): Promise<Branch[]>
  /** @throws PeerError BRANCH_UNKNOWN, LEDGER_WRITE */
  removeBranch(id: string): Promise<void>
  /** Newest first. */
  checkpoints(): Promise<Checkpoint[]>
  /** Name a height; default: the present one. @throws PeerError CHECKPOINT_NAME, CHECKPOINT_TAKEN, REWIND_HEIGHT, REWIND_TOO_FAR, LEDGER_WRITE */
  setCheckpoint(name: string, height?: number): Promise<Checkpoint>
  /** @throws PeerError CHECKPOINT_UNKNOWN, LEDGER_WRITE */
  removeCheckpoint(name: string): Promise<void>
}

export interface UndoParts extends MovedChannel {
  channel: string
  savepoint: () => Savepoint
  /** Hash of a block's header; undefined if the chain doesn't have it. */
  hashOf: (number: number) => Uint8Array | undefined
  /** Somebody follows the state; undefined: nobody does. */
  prepare: (height: number, updates: NamespaceUpdate[] | undefined) => PreparedUpdate | undefined
  /** The channel stands at another block now. `fork`: number of blocks that it kept. */
  moved: (savepoint: Savepoint, fork: number) => void
  /** For tests: a move is cut into batches of about so many bytes. */
  batchBytes?: number | undefined
}

/** Reads are synchronous, and somebody else may want the thread. */
const BLOCKS_AT_A_TIME = 500

/** The undo of one channel. */
export class ChannelUndo implements LedgerUndo {
  readonly #parts: UndoParts
  #moves: number
  /** A move stopped in the middle: the next block makes sure that it isn't continued at the next start. */
  #isStopped = false

  /** Throws LEDGER_READ. */
  constructor(parts: UndoParts) {
    this.#parts = parts
    this.#moves = readJournal(parts.store, parts.undo).rewinds
  }

  moves(): number {
    return this.#moves
  }

  /** What a block's batch needs besides. */
  record(number: number, operations: readonly StoreOperation[]): StoreOperation[] {
    const { store, keys, undo } = this.#parts
    const record = undoRecord(operations, keys, (key) => store.get(key))
    const put: StoreOperation = { type: 'put', key: undo.undo(number), value: record }
    return this.#isStopped ? [put, this.#journal()] : [put]
  }

  /** The block with that record has been stored. */
  recorded(): void {
    this.#isStopped = false
  }

  async rewind(height: number, { keep }: { keep?: boolean | undefined } = {}): Promise<Moved> {
    return this.#move(this.#endOf(height), keep)
  }

  async restore(id: string): Promise<Moved> {
    return this.#move(await this.#branch(id))
  }

  async goTo(name: string, { keep }: { keep?: boolean | undefined } = {}): Promise<Moved> {
    const { id } = await this.#checkpoint(name)
    return this.#move(Buffer.from(id, 'hex'), keep)
  }

  async allOrNothing<T>(work: () => Promise<T>): Promise<T> {
    const { store, undo, savepoint } = this.#parts
    const { height, previousHash } = savepoint()
    const back = { to: Buffer.from(previousHash).toString('hex'), keepBelow: 0 }
    const journal = encodeJournal({ rewinds: this.#moves, move: back })
    await store.write([{ type: 'put', key: undo.journal, value: journal }], { sync: true })
    // What was stopped before gives way to this: each block keeps the journal now.
    this.#isStopped = false
    try {
      const result = await work()
      await store.write([this.#journal()], { sync: true })
      return result
    } catch (error) {
      // Should this fail too, the next start does it, unless another block comes first.
      this.#isStopped = true
      if (savepoint().height > height) await this.#move(previousHash, false)
      else await store.write([this.#journal()], { sync: true })
      this.#isStopped = false
      throw error
    }
  }

  branches(): Promise<Branch[]> {
    return readBranches(this.#parts)
  }

  async removeBranch(id: string): Promise<void> {
    const hash = await this.#branch(id)
    await this.#parts.store.write(await forgetBranch(this.#parts, hash), { sync: true })
  }

  checkpoints(): Promise<Checkpoint[]> {
    return readCheckpoints(this.#parts)
  }

  async setCheckpoint(name: string, wanted?: number): Promise<Checkpoint> {
    const { channel, store, undo, savepoint } = this.#parts
    const problem = checkpointNameProblem(name)
    if (problem !== undefined) throw new PeerError('CHECKPOINT_NAME', { name: name.slice(0, 200), problem })
    const known = await this.checkpoints()
    const taken = known.find((checkpoint) => checkpoint.name === name)
    if (taken !== undefined) throw new PeerError('CHECKPOINT_TAKEN', { channel, name, height: taken.height })
    const present = savepoint().height
    const height = wanted ?? present
    const hash = this.#endOf(height)
    // A name for what can't be returned to would be a promise that nobody keeps.
    await this.#mustReach(height, present)
    const checkpoint = { name, height, id: Buffer.from(hash).toString('hex'), at: now(), isOnChain: true }
    const value = encodeCheckpoint(checkpoint)
    await store.write([{ type: 'put', key: undo.checkpoint(name), value }], { sync: true })
    return checkpoint
  }

  async removeCheckpoint(name: string): Promise<void> {
    await this.#checkpoint(name)
    await this.#parts.store.write([{ type: 'del', key: this.#parts.undo.checkpoint(name) }], { sync: true })
  }

  /** Hash of the last of so many blocks. @throws PeerError REWIND_HEIGHT */
  #endOf(height: number): Uint8Array {
    const { channel, savepoint } = this.#parts
    const { height: present, previousHash } = savepoint()
    const isIn = Number.isSafeInteger(height) && height >= 1 && height <= present
    const hash = isIn ? (height === present ? previousHash : this.#hashBefore(height)) : undefined
    if (hash === undefined) throw new PeerError('REWIND_HEIGHT', { channel, height, present })
    return hash
  }

  /** Hash of the block before this one. The record has it; to read a whole block takes longer than to undo it. */
  #hashBefore(number: number): Uint8Array | undefined {
    const { store, keys, undo, hashOf } = this.#parts
    const record = store.get(undo.undo(number))
    const entries = record === undefined ? [] : decodeEntries(record)
    const entry = entries.find(({ key }) => Buffer.compare(key, keys.savepoint) === 0)
    return entry?.kind === 'value' ? decodeSavepoint(entry.value).previousHash : hashOf(number - 1)
  }

  async #branch(id: string): Promise<Uint8Array> {
    const { channel, store, undo } = this.#parts
    const hash = Buffer.from(/^[0-9a-f]{64}$/.test(id) ? id : '', 'hex')
    if (store.get(undo.branch(hash)) === undefined)
      throw new PeerError('BRANCH_UNKNOWN', { channel, id: id.slice(0, 200) })
    return Promise.resolve(hash)
  }

  async #checkpoint(name: string): Promise<Checkpoint> {
    const known = await this.checkpoints()
    const found = known.find((checkpoint) => checkpoint.name === name)
    if (found !== undefined) return found
    const { channel } = this.#parts
    const names = known.map((checkpoint) => checkpoint.name)
    throw new PeerError('CHECKPOINT_UNKNOWN', { channel, name: name.slice(0, 200), known: names })
  }

  async #move(to: Uint8Array, keep = true): Promise<Moved> {
    const parts = this.#parts
    const { channel, store, keys, undo, savepoint } = parts
    const { height: from, previousHash } = savepoint()
    if (Buffer.compare(to, previousHash) === 0) return { from, height: from }
    const path = pathTo(to, store, keys, undo)
    const id = Buffer.from(to).toString('hex')
    if (path === undefined) throw new PeerError('BRANCH_UNKNOWN', { channel, id })
    await this.#mustReach(path.fork, from)
    const height = path.fork + path.blocks.length
    const isLeft = keep && path.fork < from
    const branch = isLeft ? { hash: previousHash, value: encodeBranch({ height: from, at: now() }) } : undefined
    const keepBelow = keep ? Number.MAX_SAFE_INTEGER : await neededBelow(parts)
    let following: PreparedUpdate | undefined
    const beforeWrite = (updates: NamespaceUpdate[] | undefined) => (following = parts.prepare(height, updates))
    try {
      const how = { to, keepBelow, branch, batchBytes: parts.batchBytes, beforeWrite }
      this.#moved(await move(parts, path, how), path.fork)
      following?.done()
    } catch (error) {
      following?.dropped()
      this.#stopped(error, height, path.fork)
    }
    return { from, height, ...(isLeft ? { branch: Buffer.from(previousHash).toString('hex') } : {}) }
  }

  #moved(savepoint: Savepoint, fork: number): void {
    this.#moves = readJournal(this.#parts.store, this.#parts.undo).rewinds
    this.#isStopped = false
    this.#parts.moved(savepoint, fork)
  }

  /** A long move that stops has written some of its batches: the channel stands where the last one left it. */
  #stopped(error: unknown, wanted: number, fork: number): never {
    const { channel, store, undo, keys, prepare } = this.#parts
    const { message } = PeerError.from(error)
    const { move: begun } = readJournal(store, undo)
    if (begun === undefined) throw error
    const savepoint = decodeSavepoint(store.get(keys.savepoint))
    const following = prepare(savepoint.height, undefined)
    this.#moved(savepoint, fork)
    this.#isStopped = true
    following?.done()
    throw new PeerError('REWIND_STOPPED', { channel, height: savepoint.height, wanted, message }, { cause: error })
  }

  #journal(): StoreOperation {
    return { type: 'put', key: this.#parts.undo.journal, value: encodeJournal({ rewinds: this.#moves }) }
  }

  /** Blocks of an older Slipway have no record. @throws PeerError REWIND_TOO_FAR */
  async #mustReach(fork: number, height: number): Promise<void> {
    const { channel, store, undo } = this.#parts
    let oldest = height
    while (oldest > fork && store.get(undo.undo(oldest - 1)) !== undefined) {
      oldest--
      if (oldest % BLOCKS_AT_A_TIME === 0) await setImmediate()
    }
    if (oldest > fork) throw new PeerError('REWIND_TOO_FAR', { channel, height: fork, oldest })
  }
}
