import type { LogLine } from '../../../core/contract/log.ts'
import type { LogsState } from '../../../core/contract/state.ts'
import type { HostCommands } from '../../host/host.ts'

const PAGE = 2_000

/**
 * Tells every line in order, once. Call `to` with each announcement; while a page is being read further ones
 * only move the goal.
 */
export function followLogs(readLogs: HostCommands['readLogs'], tell: (line: LogLine) => void) {
  let told = 0
  let goal: LogsState = { count: 0, first: 1 }
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    while (told < goal.count) {
      // The page is by index among the lines still held; the oldest held has the number `first`.
      const from = Math.max(0, told + 1 - goal.first)
      const { lines } = await readLogs({ filter: {}, from, limit: PAGE })
      const fresh = lines.filter((line) => line.seq > told)
      if (fresh.length === 0) return
      for (const line of fresh) tell(line)
      told = fresh.at(-1)?.seq ?? told
    }
  }

  return {
    to(logs: LogsState): void {
      goal = logs
      reading ??= read()
        // The peer closed while a page was read: there is nothing more to follow.
        .catch(() => undefined)
        .finally(() => (reading = undefined))
    },
  }
}
