import type { Ledger } from '../../../core/ledger/ledger.ts'
import type { Store } from '../../../core/ledger/store.ts'
import type { StateRow } from '../../../core/ledger/whole-state.ts'

/**
 * The entries of a store whose keys begin with one of these letters, as texts. Default: everything that a ledger is made
 * of, with what takes its blocks back, but without branches, checkpoints and the journal; which must be named.
 */
export async function allEntries(
  store: Store,
  kinds: readonly string[] = ['b', 'c', 'h', 'i', 'p', 's', 't', 'u', 'x'],
): Promise<[key: string, value: string][]> {
  const iterator = store.iterate({ from: Buffer.of(0), to: Buffer.of(255) })
  const entries: [string, string][] = []
  try {
    for (let entry = await iterator.next(); entry !== undefined; entry = await iterator.next()) {
      const [key, value] = entry.map((bytes) => Buffer.from(bytes).toString('latin1')) as [string, string]
      if (kinds.includes(key.charAt(0))) entries.push([key, value])
    }
    return entries
  } finally {
    await iterator.close()
  }
}

/** Every key of a channel's state, now or at a point. */
export async function stateRows(ledger: Ledger, point?: string): Promise<StateRow[]> {
  const rows: StateRow[] = []
  for await (const row of (await ledger.wholeState(point)).rows) rows.push(row)
  return rows
}
