import { existsSync } from 'node:fs'
import { cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { openStore, type Store } from '../ledger/store.ts'
import { DATA_FORMAT, writeDataFormat } from './data-format.ts'

/** What a migration did. */
export interface Migration {
  from: number
  to: number
  /** The copy of the data as it was before. */
  copy: string
}

/**
 * Leads the data from one format to the next. It may run again on data that it has changed in part, after a crash, so
 * doing it twice must be the same as doing it once.
 */
type Step = (store: Store, dataDir: string) => Promise<void>

/** By the format they start from. Format 1 is format 0 with a file that names it. */
const steps: readonly Step[] = [() => Promise.resolve()]

/** What needs no copy: earlier copies, what is built again when it is missing, and what belongs to one run. */
const notCopied = new Set(['before', 'builds', 'output', 'warm', 'containers', 'peer.json', 'processes.json'])

/**
 * Migrate a data folder of an older format to this Slipway's, after copying it to `before/format-<n>` inside it. A
 * migration that was interrupted starts over, and its copy stays as it was first made.
 * @throws PeerError LEDGER_LOCKED, LEDGER_OPEN; DATA_MIGRATION for everything else
 */
export async function migrateData(dataDir: string, from: number): Promise<Migration> {
  const copy = join(dataDir, 'before', `format-${from}`)
  // Only to see that no other process has it open; LevelDB changes its files as long as it is.
  await (await openStore(dataDir)).close()
  try {
    if (!existsSync(copy)) await copyData(dataDir, copy)
    const store = await openStore(dataDir)
    try {
      for (const step of steps.slice(from)) await step(store, dataDir)
    } finally {
      await store.close()
    }
    await writeDataFormat(dataDir)
  } catch (error) {
    if (error instanceof PeerError) throw error
    throw new PeerError(
      'DATA_MIGRATION',
      { dataDir, from, to: DATA_FORMAT, message: messageOf(error) },
      { cause: error },
    )
  }
  return { from, to: DATA_FORMAT, copy }
}

/** For the log. */
export function migrationNote({ from, to, copy }: Migration): string {
  return `The data of an older Slipway was migrated from format ${from} to ${to}. A copy of it as it was is in ${copy}.`
}

/** The copy gets its name once it is complete. */
async function copyData(dataDir: string, copy: string): Promise<void> {
  const draft = `${copy}.partial`
  await rm(draft, { recursive: true, force: true })
  for (const name of await readdir(dataDir)) {
    if (!notCopied.has(name))
      await cp(join(dataDir, name), join(draft, name), { recursive: true, preserveTimestamps: true })
  }
  await rename(draft, copy)
}
