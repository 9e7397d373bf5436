import type { LogSource } from '../contract/log.ts'

/** How a running instance ended. */
export interface InstanceExit {
  at: number
  code: number | null
  signal: string | null
  oomKilled?: boolean
  /** The last lines it printed, oldest first. */
  lastLines: string[]
  /** `exited with code 1 after 0.4 s`, `was killed by SIGKILL after 12 s`. */
  words: string
}

/** Takes a line that an instance printed. */
export type PrintLine = (line: { at: number; source: LogSource; stream: 'stdout' | 'stderr'; text: string }) => void
