import type { ReplayHead, ReplayRow } from '../contract/replay.ts'
import type { PeerFacts } from '../facts/facts.ts'

/** A window draws no faster, and ten thousand facts are more work than one. */
const TELL_MS = 50
/** With all their lines, these are about a megabyte. */
const MOST_AGAIN = 20

/** Tells the facts of one run: its rows in groups, all of them before it is told to have ended. */
export function newToldRows(name: string, { id }: Pick<ReplayHead, 'id'>, { emit }: Pick<PeerFacts, 'emit'>) {
  let waiting: ReplayRow[] = []
  let told = 0
  /** Neighbours that were told already, with something more. */
  let again: { from: number; rows: ReplayRow[] } = { from: 0, rows: [] }
  let timer: NodeJS.Timeout | undefined
  const tellAgain = () => {
    const { from, rows } = again
    if (rows.length > 0) emit({ type: 'replay.rows', name, id, from, rows })
    again = { from: 0, rows: [] }
  }
  const tell = () => {
    clearTimeout(timer)
    timer = undefined
    tellAgain()
    if (waiting.length === 0) return
    emit({ type: 'replay.rows', name, id, from: told, rows: waiting })
    told += waiting.length
    waiting = []
  }
  return {
    add(row: ReplayRow) {
      waiting.push(row)
      timer ??= setTimeout(tell, TELL_MS)
    },
    /** A row that was told, with something more. */
    replace(at: number, row: ReplayRow) {
      const { from, rows } = again
      if (at !== from + rows.length || rows.length === MOST_AGAIN) tellAgain()
      if (again.rows.length === 0) again.from = at
      again.rows.push(row)
      timer ??= setTimeout(tell, TELL_MS)
    },
    tell,
    /** What wasn't told is dropped. */
    close() {
      clearTimeout(timer)
      waiting = []
      again = { from: 0, rows: [] }
    },
  }
}

export type ToldRows = ReturnType<typeof newToldRows>
