import type { Printed } from '../contract/cause.ts'
import type { LogSource } from '../contract/log.ts'

/** How a process or container ended. */
export interface ProcessEnd {
  at: number
  code: number | null
  signal: string | null
  oomKilled?: boolean
  /** Its author started it, and it never connected: that it has ended is taken from what it printed. */
  neverConnected?: boolean
  /** `exited with code 1 after 0.4 s`, `was killed by SIGKILL after 12 s`. */
  words: string
}

/** How a running instance ended, and why. */
export interface InstanceExit extends ProcessEnd, Printed {}

/** Takes a line that an instance printed. */
export type PrintLine = (line: { at: number; source: LogSource; stream: 'stdout' | 'stderr'; text: string }) => void
