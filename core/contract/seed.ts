import { command } from './command.ts'

/** What was written to a file of state, or read from one. */
export interface StateCopy {
  /** Absolute. */
  file: string
  /** Keys of the public state. */
  keys: number
  /** Keys of private collections. */
  privateKeys: number
  /** Number of blocks of the channel that it was read from; after an import, of the one that it was read into. */
  height: number
}

/** The first line of a file of state. */
export interface StateHeader {
  format: 'slipway-state'
  version: 1
  channel: string
  /** Number of blocks that led to it. */
  height: number
}

/** Each other line: one key. Bytes are text where they are UTF-8, otherwise base64. */
export interface StateLine {
  chaincode: string
  /** The key is private, of this collection. */
  private?: string
  key: string
  value?: string
  base64?: string
  /** Such as VALIDATION_PARAMETER, the key's own endorsement policy; base64. */
  metadata?: Record<string, string>
}

/** The state of a channel as a file of JSON lines, and back. */
export const seedCommands = {
  /**
   * Write the state of all chaincodes of a channel, or of one, as it is now or as it was at a point, as readState takes
   * it. `file`: an absolute path on the peer's machine. Throws CHANNEL_UNKNOWN, STATE_FILE_EXISTS unless `force`,
   * STATE_FILE_WRITE, LEDGER_READ, and for a point what readState throws.
   */
  exportState: command<
    { channel: string; file: string; chaincode?: string; point?: string; force?: boolean },
    StateCopy
  >(),
  /**
   * Write what such a file holds to a channel, in blocks of their own: all of it or nothing, even if the peer is killed.
   * Keys that the file doesn't name stay as they are. Throws CHANNEL_UNKNOWN, STATE_FILE_READ, STATE_LINE,
   * STATE_REFUSED, LEDGER_WRITE.
   */
  importState: command<{ channel: string; file: string }, StateCopy>(),
  /**
   * Write a copy of the peer's data, as it is now, to an empty folder of its machine: another peer can be started on it.
   * Recorded calls aren't copied. Throws DATA_COPY, LEDGER_READ.
   */
  copyData: command<{ folder: string }>(),
}
