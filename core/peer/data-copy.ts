import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { callKeys } from '../calls/call-records.ts'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import type { StoreIterator, StoreOperation } from '../ledger/store-entries.ts'
import { openStore, type Store } from '../ledger/store.ts'
import { readDataFormat } from './data-format.ts'

/** What a peer needs beside the store to go on from where another stands; the rest is built again, or belongs to one run. */
const FILES = new Set(['format.json', 'msp', 'orderer', 'fabric-ca', 'chaincodes', 'lifecycle'])

const MOST_BYTES = 1 << 20
/** Keys begin with text, which has no such byte. */
const BEYOND = Buffer.from([0xff])

/**
 * Write a copy of a running peer's data, as it is now, to an empty folder, in which another peer can be started. Calls
 * go on meanwhile. LevelDB's own files can't be copied while it changes them, so the copy is written key by key. The
 * list of calls stays behind: what is pinned there would be replayed on the copy.
 * @throws PeerError DATA_COPY, LEDGER_READ
 */
export async function copyData({ store, dataDir }: { store: Store; dataDir: string }, to: string): Promise<void> {
  try {
    await copyFiles(dataDir, to)
    const copy = await openStore(to)
    try {
      await copyStore(store, copy)
    } finally {
      await copy.close()
    }
  } catch (error) {
    if (error instanceof PeerError && error.code === 'LEDGER_READ') throw error
    const fault = systemFault(error)
    throw new PeerError('DATA_COPY', { from: dataDir, to, message: messageOf(error), fault }, { cause: error })
  }
}

/**
 * The same of a data folder that no peer has open. Resolves with false if it holds nothing; then nothing is written.
 * @throws PeerError DATA_COPY, DATA_NEWER, LEDGER_LOCKED, LEDGER_OPEN, LEDGER_READ
 */
export async function offlineCopy(dataDir: string, to: string): Promise<boolean> {
  if ((await readDataFormat(dataDir)) === undefined) return false
  const store = await openStore(dataDir)
  try {
    await copyData({ store, dataDir }, to)
  } finally {
    await store.close()
  }
  return true
}

async function copyFiles(from: string, to: string): Promise<void> {
  const present = await readdir(to)
  if (present.length > 0) throw new Error(`${to} isn't empty.`)
  for (const name of await readdir(from)) {
    if (FILES.has(name)) await cp(join(from, name), join(to, name), { recursive: true })
  }
}

async function copyStore(from: Store, to: Store): Promise<void> {
  const snapshot = from.snapshot()
  try {
    const calls = callKeys.range
    await copyEntries(from.iterate({ from: Buffer.alloc(0), to: calls.from, snapshot }), to)
    await copyEntries(from.iterate({ from: calls.to, to: BEYOND, snapshot }), to)
  } finally {
    snapshot.close()
  }
}

async function copyEntries(entries: StoreIterator, to: Store): Promise<void> {
  let operations: StoreOperation[] = []
  let bytes = 0
  for (let entry = await entries.next(); entry !== undefined; entry = await entries.next()) {
    const [key, value] = entry
    operations.push({ type: 'put', key, value })
    bytes += key.length + value.length
    if (bytes < MOST_BYTES) continue
    await to.write(operations, { sync: false })
    operations = []
    bytes = 0
  }
  await to.write(operations, { sync: true })
}
