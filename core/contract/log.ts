import type { Diagnostic } from './diagnostic.ts'
import type { Millis } from './state.ts'

/** `shim`: what a shim prints of itself while all is well. */
export type LogSource = 'chaincode' | 'shim' | 'build' | 'peer'

export interface LogLine {
  seq: number
  at: Millis
  source: LogSource
  chaincode?: string
  stream?: 'stdout' | 'stderr'
  /** One line without its newline; ANSI escapes kept. Longer than 16 KiB is cut and says so. */
  text: string
  build?: number
  /** Places recognised in the text. */
  places?: Pick<Diagnostic, 'file' | 'line' | 'column'>[]
}

export interface ReadLogs {
  filter: LogFilter
  /** Index among the lines that pass the filter, 0 the oldest held; negative counts from the end. */
  from: number
  /** At most 2,000. */
  limit: number
}

export interface LogFilter {
  sources?: LogSource[]
  chaincode?: string
  /** Only what was printed there; what the peer says of itself has no stream. */
  stream?: 'stdout' | 'stderr'
  /** Case-insensitive text; keeps only lines that contain it. */
  search?: string
}

export interface LogPage {
  /** Lines that pass the filter now. */
  total: number
  /** Index of the first line given. */
  from: number
  lines: LogLine[]
}
