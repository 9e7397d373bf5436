import { ledgerKeys } from '../ledger-keys.ts'
import type { Store } from '../store.ts'
import { finishMove } from './move.ts'
import { journalPrefix, undoKeys } from './undo-keys.ts'

/** Finish what a process was killed in: taking a channel to another block. Throws LEDGER_READ, LEDGER_WRITE. */
export async function finishMoves(store: Store): Promise<void> {
  const from = Buffer.from(journalPrefix)
  const iterator = store.iterate({ from, to: Buffer.from('j\x01') })
  const channels: string[] = []
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      channels.push(Buffer.from(entry[0]).toString('utf8', from.length))
    }
  } finally {
    await iterator.close()
  }
  for (const channel of channels) {
    await finishMove({ store, keys: ledgerKeys(channel), undo: undoKeys(channel) })
  }
}
