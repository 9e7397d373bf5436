import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { PeerError } from '../contract/error.ts'

/** The few calls we use of LevelDB. Keys and values are bytes; keys are in byte order. */
export interface Store {
  /** The value, undefined where there is none. Throws LEDGER_READ. */
  get(key: Uint8Array, snapshot?: StoreSnapshot): Uint8Array | undefined
  /** Values of many keys in their order, in one go: for a few it costs more than `get`, for a hundred far less. Throws LEDGER_READ. */
  getMany(keys: Uint8Array[], snapshot?: StoreSnapshot): Promise<(Uint8Array | undefined)[]>
  /** Throws LEDGER_CLOSED. */
  iterate(range: StoreRange): StoreIterator
  /** The same where all keys are UTF-8: a text costs a quarter less than its bytes. */
  iterateTexts(range: StoreRange): StoreIterator<string>
  snapshot(): StoreSnapshot
  /**
   * All of it or none. With `sync` it is on the disk when this resolves. Throws LEDGER_WRITE; then nothing of it is
   * there, reads go on, and the next write works as soon as the disk does.
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

export interface StoreIterator<Key = Uint8Array> {
  /** At once where it is at hand. */
  next(): StoreEntry<Key> | undefined | Promise<StoreEntry<Key> | undefined>
  close(): Promise<void>
}

export type StoreEntry<Key = Uint8Array> = [key: Key, value: Uint8Array]

/** The store as it was when the snapshot was taken. */
export interface StoreSnapshot {
  readonly level: ReturnType<Level['snapshot']>
  /** Iterators on it that are open. */
  readonly iterators: Set<StoreIterator<unknown>>
  /** Closes its iterators too; the store waits for all of it when it is closed itself. Idempotent. */
  close(): void
}

export type StoreOperation = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array }

type Level = ClassicLevel<Uint8Array, Uint8Array>

/** As much as is used of it. */
interface LevelIterator<Key> {
  nextv(size: number): Promise<StoreEntry<Key>[]>
  close(): Promise<void>
}

/** Entries of a first and of a later batch: 101 is a page of Fabric's range queries and its look-ahead. */
const FIRST_BATCH = 101
const BATCH = 500

/** Free space asked for before a store is opened again after a failed write, beside what is to be written. */
const ROOM = 1 << 20

/**
 * Open the store of `<dataDir>/ledger`, made where missing. Throws LEDGER_LOCKED where another process has it,
 * LEDGER_OPEN for everything else.
 */
export async function openStore(dataDir: string): Promise<Store> {
  const folder = join(dataDir, 'ledger')
  try {
    return new LevelStore(folder, await openLevel(folder))
  } catch (error) {
    const cause = causeOf(error)
    if (codeOf(cause) === 'LEVEL_LOCKED') {
      const pid = await readPid(dataDir)
      throw new PeerError('LEDGER_LOCKED', pid === undefined ? { dataDir } : { dataDir, pid }, { cause: error })
    }
    throw new PeerError('LEDGER_OPEN', { dataDir, message: messageOf(cause) }, { cause: error })
  }
}

class LevelStore implements Store {
  readonly #folder: string
  #level: Level
  /** Writes and the closing, one after another. */
  #turn: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined
  #snapshotsClosing = new Set<Promise<void>>()
  /** What undoes the write that failed; while it is set the store must be opened again before the next write. */
  #undo: StoreOperation[] | undefined

  constructor(folder: string, level: Level) {
    this.#folder = folder
    this.#level = level
  }

  get(key: Uint8Array, snapshot?: StoreSnapshot): Uint8Array | undefined {
    // Keys are bytes even though LevelDB's binding takes text: it cuts a long text key short where the end of its
    // shared buffer falls into a character of several bytes (classic-level 3.0.0, _getSync).
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
    let batch: StoreEntry<Key>[] = []
    let at = 0
    let size = FIRST_BATCH
    let ahead: Promise<StoreEntry<Key>[]> | undefined
    const read = () => level.nextv(size).catch((error: unknown) => Promise.reject(this.#readError(error)))
    const fetch = async () => {
      batch = await (ahead ?? read())
      at = 0
      // Who comes a second time will come again: LevelDB reads on while the chaincode is busy with what it has.
      ahead = size === BATCH && batch.length > 0 ? read() : undefined
      ahead?.catch(settled)
      size = BATCH
      return batch[at++]
    }
    const iterator: StoreIterator<Key> = {
      next: () => (at < batch.length ? batch[at++] : fetch()),
      close: () => {
        snapshot?.iterators.delete(iterator)
        return level.close()
      },
    }
    snapshot?.iterators.add(iterator)
    return iterator
  }

  snapshot(): StoreSnapshot {
    this.#mustBeOpen()
    const level = this.#level.snapshot()
    const iterators = new Set<StoreIterator<unknown>>()
    let open = true
    return {
      level,
      iterators,
      close: () => {
        if (!open) return
        open = false
        const closing = Promise.allSettled([...iterators].map((iterator) => iterator.close()))
          .then(() => level.close())
          .catch(settled)
          .finally(() => this.#snapshotsClosing.delete(closing))
        this.#snapshotsClosing.add(closing)
      },
    }
  }

  write(operations: StoreOperation[], options: { sync: boolean }): Promise<void> {
    const written = this.#turn.then(async () => {
      this.#mustBeOpen()
      if (this.#undo !== undefined) await this.#openAgain(this.#undo, operations)
      try {
        await this.#level.batch(operations, options)
      } catch (error) {
        // Read now, while this handle still shows what was there before.
        this.#undo = operations.map(({ key }) => this.#asItIs(key))
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
   * After a failed write LevelDB's log may end in half a record, and what is appended behind it would be lost at the
   * next start; it may also hold the whole record that we called failed. Opening again reads the log and starts a new
   * one, and the undo makes sure that what was called failed is not there. Until there is room the old handle stays,
   * so that reads go on.
   */
  async #openAgain(undo: StoreOperation[], next: StoreOperation[]): Promise<void> {
    try {
      await this.#probe(next)
      await this.#level.close()
      this.#level = await openLevel(this.#folder)
      await this.#level.batch(undo, { sync: true })
    } catch (error) {
      throw writeError(error)
    }
    this.#undo = undefined
  }

  /** Whether the disk takes what is to be written; throws as the file system does. */
  async #probe(next: StoreOperation[]): Promise<void> {
    const bytes = next.reduce((sum, o) => sum + o.key.length + (o.type === 'put' ? o.value.length : 0), ROOM)
    const file = join(this.#folder, `room-${randomUUID()}`)
    try {
      await writeFile(file, Buffer.alloc(bytes), { flush: true })
    } finally {
      await rm(file, { force: true })
    }
  }

  #asItIs(key: Uint8Array): StoreOperation {
    const value = this.get(key)
    return value === undefined ? { type: 'del', key } : { type: 'put', key, value }
  }

  #mustBeOpen(): void {
    if (this.#closing !== undefined) throw new PeerError('LEDGER_CLOSED', {})
  }

  #readError(error: unknown): PeerError {
    if (this.#closing !== undefined) return new PeerError('LEDGER_CLOSED', {}, { cause: error })
    return new PeerError('LEDGER_READ', { message: messageOf(causeOf(error)) }, { cause: error })
  }
}

function levelOptions({ reverse = false, limit = -1, snapshot }: StoreRange) {
  return {
    reverse,
    limit,
    highWaterMarkBytes: 1 << 18,
    ...(snapshot === undefined ? {} : { snapshot: snapshot.level }),
  }
}

/**
 * For what nobody is to hear of: a failed write's error is its writer's, a closed store has no snapshots left, and what
 * was read ahead may never be asked for.
 */
function settled(): undefined {
  return undefined
}

async function openLevel(folder: string): Promise<Level> {
  const level: Level = new ClassicLevel(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await level.open()
  return level
}

function writeError(error: unknown): PeerError {
  if (error instanceof PeerError) return PeerError.from(error)
  const message = messageOf(causeOf(error))
  const full = codeOf(error) === 'ENOSPC' || /no space left|disk quota exceeded|file too large/i.test(message)
  return new PeerError('LEDGER_WRITE', { message, full }, { cause: error })
}

/** abstract-level wraps what went wrong at opening: LEVEL_DATABASE_NOT_OPEN with the reason as its cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The process that has the data open, as it wrote of itself. */
async function readPid(dataDir: string): Promise<number | undefined> {
  try {
    const written: unknown = JSON.parse(await readFile(join(dataDir, 'peer.json'), 'utf8'))
    const pid = typeof written === 'object' && written !== null && 'pid' in written ? written.pid : undefined
    return typeof pid === 'number' ? pid : undefined
  } catch {
    // Not there or half written: then the process is not known, which is all it is read for.
    return undefined
  }
}
