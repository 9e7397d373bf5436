import type { ReplayHead, ReplayRow } from '../contract/replay.ts'
import type { PeerFacts } from '../facts/facts.ts'

/** A window draws no faster, and ten thousand facts are more work than one. */
const TELL_MS = 50

/** Tells the facts of one run: its rows in groups, all of them before it is told to have ended. */
export function newToldRows(name: string, { id }: Pick<ReplayHead, 'id'>, { emit }: Pick<PeerFacts, 'emit'>) {
  let waiting: ReplayRow[] = []
  let told = 0
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    clearTimeout(timer)
    timer = undefined
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
    /** Again, with something more. */
    replace(from: number, rows: ReplayRow[]) {
      if (rows.length > 0) emit({ type: 'replay.rows', name, id, from, rows })
    },
    tell,
    /** What wasn't told is dropped. */
    close() {
      clearTimeout(timer)
      waiting = []
    },
  }
}

export type ToldRows = ReturnType<typeof newToldRows>
