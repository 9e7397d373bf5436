import type { Cause } from './cause.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Millis } from './time.ts'

/** `shim`: the shim's own routine output. */
export type LogSource = 'chaincode' | 'shim' | 'build' | 'peer'

export interface LogLine {
  seq: number
  at: Millis
  source: LogSource
  chaincode?: string
  /** MSP id of the organisation whose peer the chaincode ran for, unless it is the peer's own. */
  organisation?: string
  stream?: 'stdout' | 'stderr'
  /** One line without its newline, ANSI escapes kept. A line longer than 16 KiB is cut, with a note. */
  text: string
  build?: number
  /** Source locations found in the text. */
  places?: LinePlace[]
}

/** A place in the author's files that a line names. */
export interface LinePlace extends Pick<Diagnostic, 'file' | 'line' | 'column'> {
  /** How the line names it, where that isn't this file and line: compiled code, which a source map leads back from. */
  printed?: string
}

/** A line of a call, and how it is known to be. */
export interface CallLine extends LogLine {
  /**
   * `named`: it names the transaction, by its id or as the shims shorten it. `alone`: by time, when no other call of the
   * chaincode ran. `shared`: by time, and others ran: it may be of any of them.
   */
  of: 'named' | 'alone' | 'shared'
}

/** Of which recorded call a line is. */
export interface LineOwner extends Pick<CallLine, 'seq' | 'of'> {
  /** Its id; where the line may be of several calls, of the last of them to begin. */
  call: number
  function: string
  /** null while the call runs, and where it ended before it had one. */
  txId: string | null
  isRunning: boolean
}

/** What a chaincode printed during a call. Lines that name another transaction that ran then are left out. */
export interface CallLines {
  lines: CallLine[]
  /**
   * `coming`: it still prints, or may: read again. `partial`: the log has dropped some of it, or it never stopped
   * printing.
   */
  state: 'complete' | 'coming' | 'partial'
  /** How many other calls of the chaincode ran at the same time. */
  others: number
  /**
   * Where the author's code threw what the call failed with: what it printed of it, or the answer itself, has a stack
   * trace. Absent if neither has.
   */
  cause?: Cause
}

export interface ReadLogs {
  filter: LogFilter
  /** Index among the lines that pass the filter; 0 is the oldest kept, a negative number counts from the end. */
  from: number
  /** At most 2,000. */
  limit: number
}

export interface LogFilter {
  sources?: LogSource[]
  chaincode?: string
  /** Only lines printed there; the peer's own lines have no stream. */
  stream?: 'stdout' | 'stderr'
  /** Keep only lines that contain this text, ignoring case. */
  search?: string
}

export interface LogPage {
  /** Number of lines that pass the filter now. */
  total: number
  /** Index of the first line returned. */
  from: number
  lines: LogLine[]
}
