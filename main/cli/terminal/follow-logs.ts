import type { PeerApi } from '../../../core/contract/api.ts'
import { causePlace } from '../../../core/contract/cause.ts'
import type { LogLine } from '../../../core/contract/log.ts'
import type { LogsState } from '../../../core/contract/state.ts'

const PAGE = 2_000

/** A line, and behind it what compiled code that it names was compiled from. */
export function withOrigin({ text, places = [] }: LogLine): string {
  const origins = places.filter(({ printed }) => printed !== undefined).map((place) => causePlace(place) ?? '')
  return origins.length === 0 ? text : `${text} → ${origins.join(', ')}`
}

/**
 * Passes every line to `print` once, in order. Call `to` for each `logs` event; while a page is being read, further
 * events only move the goal.
 */
export function followLogs(readLogs: PeerApi['readLogs'], print: (line: LogLine) => void) {
  let printed = 0
  let goal: LogsState = { count: 0, first: 1 }
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    while (printed < goal.count) {
      // `from` is an index into the lines still held, the oldest of which has the number `first`.
      const from = Math.max(0, printed + 1 - goal.first)
      const { lines } = await readLogs({ filter: {}, from, limit: PAGE })
      const fresh = lines.filter((line) => line.seq > printed)
      if (fresh.length === 0) return
      for (const line of fresh) print(line)
      printed = fresh.at(-1)?.seq ?? printed
    }
  }

  return {
    to(logs: LogsState): void {
      goal = logs
      reading ??= read()
        // The peer closed while a page was being read.
        .catch(() => undefined)
        .finally(() => (reading = undefined))
    },
  }
}
