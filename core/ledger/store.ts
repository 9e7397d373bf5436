import type { StoreIterator, StoreOperation } from './store-entries.ts'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { PeerError } from '../contract/error.ts'
import { batchIterator, type LevelIterator } from './batch-iterator.ts'
import { probe } from './disk-probe.ts'
import { openError, readError, writeError } from './store-errors.ts'

/** The part of LevelDB that Slipway uses. Keys and values are bytes; keys are in byte order. */
export interface Store {
  /** The value; undefined if the key doesn't exist. Throws LEDGER_READ. */
  get(key: Uint8Array, snapshot?: StoreSnapshot): Uint8Array | undefined
  /** Values of many keys in their order, in one go: slower than `get` for a few, far faster for a hundred. Throws LEDGER_READ. */
  getMany(keys: Uint8Array[], snapshot?: StoreSnapshot): Promise<(Uint8Array | undefined)[]>
  /** Throws LEDGER_CLOSED. */
  iterate(range: StoreRange): StoreIterator
  /** The same for keys that are all UTF-8: text keys cost a quarter less. */
  iterateTexts(range: StoreRange): StoreIterator<string>
  snapshot(): StoreSnapshot
  /**
   * All of it or nothing. With `sync` it is on disk when this resolves. Throws LEDGER_WRITE; then nothing is written,
   * reads still work, and the next write works as soon as the disk does.
   */
  write(operations: StoreOperation[], options: { sync: boolean }): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

export interface StoreRange {
  /** Inclusive. */
  from: Uint8Array
  /** Exclusive. */
  to: Uint8Array
  reverse?: boolean
  limit?: number | undefined
  snapshot?: StoreSnapshot | undefined
}

/** The store as it was when the snapshot was taken. */
export interface StoreSnapshot {
  readonly level: ReturnType<Level['snapshot']>
  /** Its open iterators. */
  readonly iterators: Set<StoreIterator<unknown>>
  /** The same once more, with iterators of its own: it stays open until both are closed. */
  share(): StoreSnapshot
  /** False once the store was opened again after a failed write: nothing can be read through it. */
  isUsable(): boolean
  /** Closes its iterators too; the store waits for that before it closes itself. Idempotent. */
  close(): void
}

type Level = ClassicLevel<Uint8Array, Uint8Array>

/**
 * Opens the store of `<dataDir>/ledger`, creating it if it doesn't exist. Throws LEDGER_LOCKED if another process has it
 * open, LEDGER_OPEN for everything else.
 */
export async function openStore(dataDir: string): Promise<Store> {
  const folder = join(dataDir, 'ledger')
  try {
    return new LevelStore(folder, await openLevel(folder))
  } catch (error) {
    throw await openError(dataDir, error)
  }
}

class LevelStore implements Store {
  readonly #folder: string
  #level: Level
  /** Serialises writes and closing. */
  #turn: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined
  #snapshotsClosing = new Set<Promise<void>>()
  /** Undoes the write that failed; while it is set, the store must be reopened before the next write. */
  #undo: StoreOperation[] | undefined

  constructor(folder: string, level: Level) {
    this.#folder = folder
    this.#level = level
  }

  get(key: Uint8Array, snapshot?: StoreSnapshot): Uint8Array | undefined {
    // Keys are bytes although LevelDB's binding takes text: it truncates a long text key if the end of its shared
    // buffer splits a multi-byte character (classic-level 3.0.0, _getSync).
    try {
      return snapshot === undefined ? this.#level.getSync(key) : this.#level.getSync(key, { snapshot: snapshot.level })
    } catch (error) {
      throw this.#readError(error)
    }
  }

  async getMany(keys: Uint8Array[], snapshot?: StoreSnapshot): Promise<(Uint8Array | undefined)[]> {
    this.#mustBeOpen()
    try {
      return await this.#level.getMany(keys, snapshot === undefined ? {} : { snapshot: snapshot.level })
    } catch (error) {
      throw this.#readError(error)
    }
  }

  iterate(range: StoreRange): StoreIterator {
    this.#mustBeOpen()
    const { from, to } = range
    return this.#iterator(this.#level.iterator({ gte: from, lt: to, ...levelOptions(range) }), range.snapshot)
  }

  iterateTexts(range: StoreRange): StoreIterator<string> {
    this.#mustBeOpen()
    const [gte, lt] = [Buffer.from(range.from).toString(), Buffer.from(range.to).toString()]
    const level = this.#level.iterator<string, Uint8Array>({ gte, lt, keyEncoding: 'utf8', ...levelOptions(range) })
    return this.#iterator(level, range.snapshot)
  }

  #iterator<Key>(level: LevelIterator<Key>, snapshot: StoreSnapshot | undefined): StoreIterator<Key> {
    return batchIterator(level, snapshot?.iterators, (error) => this.#readError(error))
  }

  snapshot(): StoreSnapshot {
    this.#mustBeOpen()
    const from = this.#level
    const level = this.#snapshotOf(from)
    let holders = 0
    const hold = (): StoreSnapshot => {
      holders++
      const iterators = new Set<StoreIterator<unknown>>()
      let open = true
      return {
        level,
        iterators,
        share: hold,
        isUsable: () => from === this.#level,
        close: () => {
          if (!open) return
          open = false
          holders--
          if (iterators.size > 0 || holders === 0) this.#end(iterators, () => holders === 0 && level.close())
        },
      }
    }
    return hold()
  }

  #snapshotOf(level: Level): ReturnType<Level['snapshot']> {
    try {
      return level.snapshot()
    } catch (error) {
      throw this.#readError(error)
    }
  }

  #end(iterators: Set<StoreIterator<unknown>>, closed: () => unknown): void {
    const closing = Promise.allSettled([...iterators].map((iterator) => iterator.close()))
      .then(closed)
      .then(settled, settled)
      .finally(() => this.#snapshotsClosing.delete(closing))
    this.#snapshotsClosing.add(closing)
  }

  write(operations: StoreOperation[], options: { sync: boolean }): Promise<void> {
    const written = this.#turn.then(async () => {
      this.#mustBeOpen()
      if (this.#undo !== undefined) await this.#reopen(this.#undo, operations)
      try {
        await this.#level.batch(operations, options)
      } catch (error) {
        // Read now, while this handle still shows the state before the write.
        this.#undo = operations.map(({ key }) => this.#restoring(key))
        throw writeError(error)
      }
    })
    this.#turn = written.catch(settled)
    return written
  }

  close(): Promise<void> {
    this.#closing ??= this.#turn.then(async () => {
      await Promise.all(this.#snapshotsClosing)
      await this.#level.close()
    })
    return this.#closing
  }

  /**
   * After a failed write LevelDB's log may end in half a record, and anything appended after it would be lost at the
   * next start; or it may hold the whole record of the write that was reported as failed. Reopening reads the log and
   * starts a new one, and the undo removes the failed write. Until the disk has room the old handle stays, so that
   * reads still work.
   */
  async #reopen(undo: StoreOperation[], next: StoreOperation[]): Promise<void> {
    try {
      await probe(this.#folder, next)
      await this.#level.close()
      this.#level = await openLevel(this.#folder)
      await this.#level.batch(undo, { sync: true })
    } catch (error) {
      throw writeError(error)
    }
    this.#undo = undefined
  }

  #restoring(key: Uint8Array): StoreOperation {
    const value = this.get(key)
    return value === undefined ? { type: 'del', key } : { type: 'put', key, value }
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw new PeerError('LEDGER_CLOSED', {})
  }

  #readError(error: unknown): PeerError {
    if (this.#closing !== undefined) return new PeerError('LEDGER_CLOSED', {}, { cause: error })
    return readError(error)
  }
}

function levelOptions({ reverse = false, limit = -1, snapshot }: StoreRange) {
  return {
    reverse,
    limit,
    highWaterMarkBytes: 1 << 18,
    snapshot: snapshot?.level,
  }
}

/** For errors that nobody needs: a failed write's caller has its error, and closing the store closes its snapshots. */
function settled(): undefined {
  return undefined
}

async function openLevel(folder: string): Promise<Level> {
  const level: Level = new ClassicLevel(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await level.open()
  return level
}
