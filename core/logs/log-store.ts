import type { LogLine, LogPage, ReadLogs } from '../contract/api.ts'
import type { LogsState } from '../contract/state.ts'

/** What is known of a line before it is numbered. */
export type NewLine = Omit<LogLine, 'seq'>

/** All output in the order it came: build, chaincode, peer. Bounded by lines and bytes; the oldest go first. */
export interface LogStore {
  append(line: NewLine): void
  read(query: ReadLogs): LogPage
  /** Lines of one chaincode's process between two times. */
  between(chaincode: string, from: number, to: number): LogLine[]
  clear(): void
  state(): LogsState
  /** Stop announcing. */
  close(): void
}
