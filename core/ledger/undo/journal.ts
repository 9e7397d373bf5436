import type { Store } from '../store.ts'
import type { UndoKeys } from './undo-keys.ts'

export interface Journal {
  /** How often the channel was moved to another block. */
  rewinds: number
  /** A move that takes several batches, until its last one. */
  move?: { to: string; keepBelow: number } | undefined
}

export function encodeJournal(journal: Journal): Uint8Array {
  return Buffer.from(JSON.stringify(journal))
}

/** Throws LEDGER_READ. */
export function readJournal(store: Pick<Store, 'get'>, undo: UndoKeys): Journal {
  const bytes = store.get(undo.journal)
  return bytes === undefined ? { rewinds: 0 } : (JSON.parse(Buffer.from(bytes).toString()) as Journal)
}
